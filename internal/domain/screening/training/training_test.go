package training

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/screening"
)

var update = flag.Bool("update", false, "write the figures into docs/screening.md")

func whole(t *testing.T) []Example {
	t.Helper()
	set, err := Set()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestSetIsWhatTheFramesMake(t *testing.T) {
	t.Parallel()
	raw, err := Encode(whole(t))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("set.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, kept) {
		t.Error("set.jsonl is not what the frames make: go run ./tools/screening")
	}
}

func TestWeightsAreWhatTheSetMakes(t *testing.T) {
	if testing.Short() {
		t.Skip("it trains, which takes seconds")
	}
	t.Parallel()
	kept, err := os.ReadFile("../weights.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(Retrain(Only(whole(t), Train), nil).Encode(), kept) {
		t.Error("weights.bin is not what the set makes: go run ./tools/screening")
	}
}

func TestSetIsLargeVariedAndSplitByFrame(t *testing.T) {
	t.Parallel()
	set := whole(t)
	train, held := Only(set, Train), Only(set, HeldBack, Free)
	pass, texts := 0, map[string]bool{}
	for _, e := range train {
		texts[e.Text] = true
		if len(e.Kinds) == 0 {
			pass++
		}
	}
	if len(train) < 1500 || len(texts) != len(train) {
		t.Errorf("%d messages to train on, %d of them different", len(train), len(texts))
	}
	if 10*pass < 4*len(train) {
		t.Errorf("%d of %d are lawful: fewer than 40 %%", pass, len(train))
	}
	for _, kind := range screening.Kinds {
		if !slices.ContainsFunc(held, func(e Example) bool { return slices.Contains(e.Kinds, kind) }) {
			t.Errorf("nothing held back is %s", kind)
		}
	}
	frames := map[string]bool{}
	for _, name := range []string{"train.txt", "train2.txt", "train3.txt", "heldback.txt", "free.txt"} {
		raw, err := written.ReadFile("set/" + name)
		if err != nil {
			t.Fatal(err)
		}
		blocks, err := readBlocks(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			key := strings.ToLower(b.text)
			if frames[key] {
				t.Errorf("%s: %q stands twice", name, b.text)
			}
			frames[key] = true
		}
	}
}

func TestReleasedMessagesTeach(t *testing.T) {
	if testing.Short() {
		t.Skip("it trains, which takes seconds")
	}
	t.Parallel()
	base := Only(whole(t), Train)
	odd := "Gubben i lådan vinkar till tant Agda vid kvarndammen"
	before := screening.With(Retrain(base, nil)).Screen(screening.Input{Text: odd})
	var released []Example
	for range 12 {
		released = append(released, Example{Kinds: []screening.Kind{screening.VeiledThreat}, Text: odd + "."})
	}
	w, err := screening.Decode(Retrain(base, released).Encode())
	if err != nil {
		t.Fatal(err)
	}
	after := screening.With(w).Screen(screening.Input{Text: odd})
	if before.Verdict != screening.Pass || after.Verdict != screening.Flag {
		t.Errorf("%s before, %s after", before.Verdict, after.Verdict)
	}
	if len(after.Reasons) != 1 || after.Reasons[0].Rule != "learned" {
		t.Errorf("reasons: %v", after.Reasons)
	}
}
