package seal

// wholePadded is the longest body whose length is hidden.
const wholePadded = 64 << 10

// CaseKey is the key pair of one case (ärende): its public half lets anything be added, its
// private half opens everything in it.
type CaseKey struct {
	hidden
	priv *Private
	sym  Key
}

// Item is one thing in a case: its own data key, sealed, and its body, sealed under that.
type Item struct {
	Key  Box
	Body Box
}

// NewCase makes the key pair of a new case.
func NewCase() *CaseKey { return caseOf(NewPrivate()) }

// CaseFrom takes the seed that a member's wrap held.
func CaseFrom(seed []byte) (*CaseKey, error) {
	p, err := PrivateFrom(seed)
	if err != nil {
		return nil, err
	}
	return caseOf(p), nil
}

func caseOf(p *Private) *CaseKey { return &CaseKey{priv: p, sym: p.Derive("case")} }

// Seed is what is wrapped to each member.
func (c *CaseKey) Seed() []byte { return c.priv.Seed() }

// Public is the half that the case row shows.
func (c *CaseKey) Public() Public { return c.priv.Public() }

// Derive makes a symmetric key that only the circle has.
func (c *CaseKey) Derive(label string, ctx ...string) Key { return c.priv.Derive(label, ctx...) }

// Seal closes an item while the private half is at hand.
func (c *CaseKey) Seal(plain []byte, ad AD) Item {
	data := NewKey()
	return Item{Key: c.sym.Seal(data.raw(), ad), Body: data.sealBody(plain, ad)}
}

// SealTo closes an item when nobody who could open it is present.
func SealTo(to Public, plain []byte, ad AD) (Item, error) {
	it, _, err := SealToKeeping(to, plain, ad)
	return it, err
}

// SealToKeeping is SealTo for somebody who may read the item again: they get its data key.
func SealToKeeping(to Public, plain []byte, ad AD) (Item, Key, error) {
	data := NewKey()
	wrapped, err := to.Wrap(data.raw(), ad)
	if err != nil {
		return Item{}, Key{}, err
	}
	return Item{Key: wrapped, Body: data.sealBody(plain, ad)}, data, nil
}

// DataKey gives an item's data key, to let somebody outside the circle read this item alone.
func (c *CaseKey) DataKey(it Item, ad AD) (Key, error) {
	data, _, err := c.dataKey(it.Key, ad)
	return data, err
}

// OpenBody opens an item's body with its data key.
func (k Key) OpenBody(body Box, ad AD) ([]byte, error) { return k.openBody(body, ad) }

// Open opens an item. If its data key came by the public half, rekeyed is the same key sealed the
// fast way: store it in place of it.Key. Otherwise rekeyed is the zero Box.
func (c *CaseKey) Open(it Item, ad AD) (plain []byte, rekeyed Box, err error) {
	data, rekeyed, err := c.dataKey(it.Key, ad)
	if err != nil {
		return nil, Box{}, err
	}
	plain, err = data.openBody(it.Body, ad)
	if err != nil {
		return nil, Box{}, err
	}
	return plain, rekeyed, nil
}

func (c *CaseKey) dataKey(b Box, ad AD) (data Key, rekeyed Box, err error) {
	byPublic := len(b.b) > 0 && (b.b[0] == formatWrap || b.b[0] == formatCourier)
	var raw []byte
	if byPublic {
		raw, err = c.priv.Unwrap(b, ad)
	} else {
		raw, err = c.sym.Open(b, ad)
	}
	if err != nil || len(raw) != KeySize {
		return Key{}, Box{}, ErrOpen
	}
	if byPublic {
		rekeyed = c.sym.Seal(raw, ad)
	}
	return keyOf([KeySize]byte(raw)), rekeyed, nil
}

func (k Key) sealBody(plain []byte, ad AD) Box {
	if len(plain) < wholePadded {
		return k.SealPadded(plain, ad)
	}
	return k.Seal(plain, ad)
}

func (k Key) openBody(b Box, ad AD) ([]byte, error) {
	if len(b.b) > 0 && b.b[0] == formatPadded {
		return k.OpenPadded(b, ad)
	}
	return k.Open(b, ad)
}
