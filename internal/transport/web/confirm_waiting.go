package web

const confirmPath = "/att-bekrafta"
