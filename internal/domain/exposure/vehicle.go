package exposure

// Letters that no plate has: I, Q, V and those with dots (Transportstyrelsen); O not as the last.
func onPlate(c byte) bool {
	return c >= 'A' && c <= 'Z' && c != 'I' && c != 'Q' && c != 'V'
}

// Three letters before three digits that are no plate: laws, rooms, courses, files.
var notPlates = setOf(`SFS SOU DNR PDF RUM SAL KOD ART REF LSS HSL SOL PBL KRS DOC TEL FAX BOX RAL DEL NUM NRS KAP PKT ABS LAN GPS USB CPU RAM SEK EUR USD
KST KOM KSN SEN BUN KFN TEN BMN MBN MAX MSB SKR GDP DNS URL RFC BRA TAB BLA HUS GRP LAG STR NAT ENG SVE MAT HKK PED SAM FYS KEM BRF HTM MET MEN BUP KAL TOM JAN FEB MAR APR MAJ JUN JUL AUG SEP OKT NOV DEC UTC GMT EST
KLM SAS ATR MAH UNT FOR DET UTG TAK BAR LED ASK ZON`)

// plate finds a Swedish car's registration, ABC123 or ABC12D, at its digits.
func (f *finder) plate(d *number) (int, bool) {
	b, i := f.b, d.from[0]
	e, joined := i, true
	if n := spaceBefore(b, i); n > 0 {
		e, joined = i-n, false
	} else if i > 0 && b[i-1] == '-' {
		e, joined = i-1, false
	}
	if e < 3 || e > 3 && (isAlnum(b[e-4]) || b[e-4] == '_' || b[e-4] == '-' || b[e-4] == '/' || letterBefore(b, e-3) > 0) {
		return 0, false
	}
	var letters [3]byte
	small := 0
	for k := range letters {
		c := b[e-3+k]
		if c >= 'a' && c <= 'z' {
			c &^= 0x20
			small++
		}
		if !onPlate(c) {
			return 0, false
		}
		letters[k] = c
	}
	stop := d.to[0]
	switch {
	case d.len(0) == 3:
	case d.len(0) == 2 && stop < len(b) && onPlate(b[stop]&^0x20) && isAlnum(b[stop]) && !isDigit(b[stop]) && b[stop]&^0x20 != 'O':
		stop++
	default:
		return 0, false
	}
	if stop < len(b) && (isAlnum(b[stop]) || b[stop] == '_' || letterAt(b, stop) > 0) || small%3 != 0 {
		return 0, false
	}
	if stop+1 < len(b) && (b[stop] == '-' || b[stop] == '/' || b[stop] == ':' || b[stop] == '.') && isAlnum(b[stop+1]) {
		return 0, false
	}
	start := e - 3
	a := f.cuesAt(start, stop)
	named := a.near(cueVehicle, 5) && !a.near(cueRecord, 1) && !a.near(cueText, 0) && (!notPlates[string(letters[:])] || a.near(cueVehicle, 1))
	switch {
	case named && (small == 0 || a.near(cueVehicle, 3)):
		f.hit(VehicleRegistration, start, stop, 0.93, "vehicle-named")
	case small > 0 || !joined || notPlates[string(letters[:])] || a.near(cueRecord, 2) || a.near(cueThing, 0) || a.near(cueText, 1):
		return 0, false
	default:
		f.hit(VehicleRegistration, start, stop, 0.55, "vehicle")
	}
	return stop, true
}
