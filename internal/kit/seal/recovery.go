package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

var (
	// ErrSheetForeign is a sheet of another organisation.
	ErrSheetForeign = errors.New("seal: the sheet belongs to another organisation")
	// ErrSheetOld is a sheet of another printing than the others.
	ErrSheetOld = errors.New("seal: the sheet belongs to another set of sheets")
	// ErrSheetTwice is the same sheet given twice.
	ErrSheetTwice = errors.New("seal: the same sheet was given twice")
	// ErrSheetsFew means that more sheets are needed.
	ErrSheetsFew = errors.New("seal: more sheets are needed")
	// ErrSheetsWrong means that the sheets fit together but give another recovery key.
	ErrSheetsWrong = errors.New("seal: these sheets are not of the present recovery key")
)

const halfSeed = KeySize / 2

// Split divides a recovery key over n sheets of which any k give it back and fewer tell nothing.
// The seed goes in two halves, since a scalar of ristretto255 (constant-time, unlike the NIST
// groups) holds 252 bits.
func Split(priv *Private, org string, n, k int) ([]Sheet, error) {
	if !sheetCounts(n, k) {
		return nil, fmt.Errorf("seal: %d of %d sheets: between 2 and 16, and no more needed than made", k, n)
	}
	set := make([]byte, sheetNeed-sheetSet)
	fill(set)
	sheets := make([]Sheet, n)
	for i := range sheets {
		sheets[i] = Sheet{b: lockUp(blankSheet(org, set))}
		sheets[i].b()[sheetNeed], sheets[i].b()[sheetTotal], sheets[i].b()[sheetIndex] = byte(k), byte(n), byte(i+1)
	}
	for half := range 2 {
		secret := scalarOf(priv.seed.raw()[half*halfSeed:][:halfSeed])
		shares := secretsharing.New(rand.Reader, uint(k-1), secret).Share(uint(n))
		for i, s := range shares {
			copy(sheets[i].share(half), must(s.Value.MarshalBinary()))
		}
	}
	for _, sh := range sheets {
		copy(sh.b()[sheetSum:], sh.sum())
	}
	return sheets, nil
}

func blankSheet(org string, set []byte) *[sheetSize]byte {
	b := &[sheetSize]byte{formatSheet}
	copy(b[sheetOrg:], sheetOrgOf(org))
	copy(b[sheetSet:], set)
	return b
}

// Combine rebuilds the recovery key and compares it with the public half that the organisation
// holds: parts that do not belong together would otherwise give a wrong key without a word.
func Combine(sheets []Sheet, want Public) (*Private, error) {
	if err := fit(sheets); err != nil {
		return nil, err
	}
	seed := make([]byte, 0, KeySize)
	for half := range 2 {
		part, err := recoverHalf(sheets, half)
		if err != nil {
			return nil, err
		}
		seed = append(seed, part...)
	}
	priv := must(PrivateFrom(seed))
	if !priv.Public().Equal(want) {
		return nil, ErrSheetsWrong
	}
	return priv, nil
}

// fit says which sheet does not belong, by its number.
func fit(sheets []Sheet) error {
	if len(sheets) == 0 {
		return ErrSheetsFew
	}
	first, seen := sheets[0], map[int]bool{}
	for _, sh := range sheets {
		var err error
		switch {
		case sh.Org() != first.Org():
			err = ErrSheetForeign
		case !bytes.Equal(sh.b()[:sheetIndex], first.b()[:sheetIndex]):
			err = ErrSheetOld
		case seen[sh.Index()]:
			err = ErrSheetTwice
		}
		if err != nil {
			return fmt.Errorf("sheet %d: %w", sh.Index(), err)
		}
		seen[sh.Index()] = true
	}
	if len(sheets) < first.Needed() {
		return fmt.Errorf("%d of %d given: %w", len(sheets), first.Needed(), ErrSheetsFew)
	}
	return nil
}

func recoverHalf(sheets []Sheet, half int) ([]byte, error) {
	shares := make([]secretsharing.Share, len(sheets))
	for i, sh := range sheets {
		value := group.Ristretto255.NewScalar()
		if err := value.UnmarshalBinary(sh.share(half)); err != nil {
			return nil, ErrSheetDamaged
		}
		shares[i] = secretsharing.Share{ID: group.Ristretto255.NewScalar().SetUint64(uint64(sh.Index())), Value: value}
	}
	secret, err := secretsharing.Recover(uint(sheets[0].Needed()-1), shares)
	if err != nil {
		return nil, ErrSheetsWrong
	}
	raw := must(secret.MarshalBinary())
	if !bytes.Equal(raw[halfSeed:], make([]byte, KeySize-halfSeed)) {
		return nil, ErrSheetsWrong
	}
	return raw[:halfSeed], nil
}

// scalarOf takes 16 bytes, least significant first, as ristretto255 writes scalars.
func scalarOf(half []byte) group.Scalar {
	s := group.Ristretto255.NewScalar()
	if err := s.UnmarshalBinary(append(append([]byte(nil), half...), make([]byte, KeySize-halfSeed)...)); err != nil {
		panic(err) // 128 bits are always below the group's order
	}
	return s
}
