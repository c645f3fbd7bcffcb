package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
)

// ErrSheetDamaged is a sheet that was mistyped, cut or altered.
var ErrSheetDamaged = errors.New("seal: the sheet is damaged or mistyped")

const (
	sheetOrg   = 1
	sheetSet   = sheetOrg + 5
	sheetNeed  = sheetSet + 4
	sheetTotal = sheetNeed + 1
	sheetIndex = sheetTotal + 1
	sheetShare = sheetIndex + 1
	sheetSum   = sheetShare + 2*KeySize
	sheetSize  = sheetSum + 4
)

// Sheet is one custodian's part of the recovery key, to be printed and kept on paper.
type Sheet struct {
	hidden
	b vault[[sheetSize]byte]
}

// ParseSheet takes a typed or scanned sheet, in groups or not.
func ParseSheet(s string) (Sheet, error) {
	if len(s) > 1000 {
		return Sheet{}, ErrSheetDamaged
	}
	text, err := readable(s)
	if err != nil {
		return Sheet{}, ErrSheetDamaged
	}
	raw, err := upper().DecodeString(text)
	if err != nil || len(raw) != sheetSize || upper().EncodeToString(raw) != text {
		return Sheet{}, ErrSheetDamaged
	}
	sh := Sheet{b: lockUp((*[sheetSize]byte)(raw))}
	if raw[0] != formatSheet || !bytes.Equal(raw[sheetSum:], sh.sum()) || !sh.sound() {
		return Sheet{}, ErrSheetDamaged
	}
	return sh, nil
}

// Text is the sheet in 26 groups of five, for paper.
func (sh Sheet) Text() string { return groups(sh.Code(), 5) }

// Code is the same without groups: what the QR code holds.
func (sh Sheet) Code() string { return upper().EncodeToString(sh.b()[:]) }

// Index is the sheet's number, from 1.
func (sh Sheet) Index() int { return int(sh.b()[sheetIndex]) }

// Needed is how many sheets open; Total how many there are.
func (sh Sheet) Needed() int { return int(sh.b()[sheetNeed]) }

// Total is how many sheets were made.
func (sh Sheet) Total() int { return int(sh.b()[sheetTotal]) }

// Org is the short form of the organisation's id, as SheetOrg makes it.
func (sh Sheet) Org() string { return upper().EncodeToString(sh.b()[sheetOrg:sheetSet]) }

// Set names one printing of the sheets: parts of different sets do not fit together.
func (sh Sheet) Set() string { return upper().EncodeToString(sh.b()[sheetSet:sheetNeed]) }

// SheetOrg is the short form of an organisation's id that its sheets show: 8 characters.
func SheetOrg(org string) string { return upper().EncodeToString(sheetOrgOf(org)) }

func sheetOrgOf(org string) []byte {
	sum := sha256.Sum256([]byte("varn sheet organisation" + org))
	return sum[:sheetSet-sheetOrg]
}

func (sh Sheet) share(half int) []byte { return sh.b()[sheetShare+half*KeySize:][:KeySize] }

func (sh Sheet) sum() []byte {
	sum := sha256.Sum256(sh.b()[:sheetSum])
	return sum[:sheetSize-sheetSum]
}

func (sh Sheet) sound() bool {
	return sheetCounts(sh.Total(), sh.Needed()) && sh.Index() >= 1 && sh.Index() <= sh.Total()
}

func sheetCounts(total, needed int) bool { return needed >= 2 && needed <= total && total <= 16 }
