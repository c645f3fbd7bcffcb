package web

const recoveryPath = "/aterstallning"
