// SPDX-License-Identifier: Apache-2.0

// Proofs reads the proof files of single entries (docs/protocol/public.md) with the transparency log packages of the Go project and
// nothing of Parley's: signed notes with sumdb/note, inclusion with sumdb/tlog.
//
//	proofs TABLE
//
// TABLE is docs/protocol/vectors/public.json. Exit code 0 when every case that the table has for foreign tools gets the answers that
// stand beside it, and so does the good one with each of its bytes flipped; else 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// officer and header have their members in the order of the one form, so that encoding what was read gives the same bytes again, or
// the header was not in that form.
type officer struct {
	Seat       string   `json:"seat"`
	Name       string   `json:"name"`
	ReleasedBy *officer `json:"released_by,omitempty"`
}

type header struct {
	Parley     int             `json:"parley"`
	Line       string          `json:"line"`
	From       string          `json:"from"`
	Seq        int64           `json:"seq"`
	At         string          `json:"at"`
	Kind       string          `json:"kind"`
	Mark       string          `json:"mark"`
	Precedence string          `json:"precedence"`
	By         officer         `json:"by"`
	Re         []string        `json:"re"`
	Seen       json.RawMessage `json:"seen"`
	To         []string        `json:"to,omitempty"`
	Lang       string          `json:"lang,omitempty"`
	Body       string          `json:"body,omitempty"`
	Size       *int64          `json:"size,omitempty"`
}

type party struct {
	id          string
	log, cosign string
}

type proof struct {
	header   []byte
	head     header
	keys     []party
	sheet    string
	index    int64
	hashes   tlog.RecordProof
	note     []byte
	tree     tlog.Tree
	sigLines []string
}

var (
	partyForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)
	lineForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*-[a-z2-7]{32}$`)
	kindForm  = regexp.MustCompile(`^[a-z][a-z0-9]*(\.[a-z][a-z0-9_]*)+$`)
	langForm  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`)
	hidden    = regexp.MustCompile("[\x00-\x1f\x7f\u0080-\u009f\u2028-\u202e\u2066-\u2069]")
	seenForm  = regexp.MustCompile(`^\{("[a-z0-9-]+":(0|[1-9][0-9]*)(,"[a-z0-9-]+":(0|[1-9][0-9]*))*)?\}$`)
)

func base64Of(text string) ([]byte, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(data) != text {
		return nil, errors.New("no canonical Base64")
	}
	return data, nil
}

// hashOf is tlog.ParseHash for the one spelling: that takes stray bits, too.
func hashOf(text string) (tlog.Hash, error) {
	if _, err := base64Of(text); err != nil {
		return tlog.Hash{}, err
	}
	return tlog.ParseHash(text)
}

// cosigner is a note.Verifier for signatures of type 0x04 (c2sp.org/tlog-cosignature), which sumdb/note does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	if at == 0 || at > 253402300799 {
		return false
	}
	return ed25519.Verify(c.key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, msg)), sig[8:])
}

func parseKey(vkey string, kind byte) (name string, hash uint32, key []byte, err error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return "", 0, nil, errors.New("a vkey has three parts")
	}
	data, err := base64Of(parts[2])
	if err != nil || len(data) != 33 || data[0] != kind {
		return "", 0, nil, errors.New("a vkey of another type")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	hash = binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return "", 0, nil, errors.New("a vkey with another id")
	}
	return parts[0], hash, data[1:], nil
}

func (p *proof) readKeys(rows []string) error {
	if len(rows) == 0 || len(rows) > 32 {
		return errors.New("keys of 1 to 32 parties")
	}
	used := map[string]bool{}
	p.sheet = "parley/keys/v1\n"
	for _, row := range rows {
		fields := strings.Split(row, " ")
		if len(fields) != 3 || fields[0] != "keys" {
			return errors.New("no line of keys")
		}
		origin, _, log, err := parseKey(fields[1], 1)
		if err != nil {
			return err
		}
		if _, err := note.NewVerifier(fields[1]); err != nil {
			return err
		}
		name, _, cosign, err := parseKey(fields[2], 4)
		if err != nil {
			return err
		}
		if origin != p.head.Line+"/"+name || !partyForm.MatchString(name) {
			return errors.New("keys of another line or party")
		}
		if used[string(log)] || bytes.Equal(log, cosign) || used[string(cosign)] {
			return errors.New("a key in two roles")
		}
		used[string(log)], used[string(cosign)] = true, true
		if n := len(p.keys); n > 0 && p.keys[n-1].id >= name {
			return errors.New("keys out of order")
		}
		p.keys = append(p.keys, party{name, fields[1], fields[2]})
		p.sheet += fields[1] + " " + fields[2] + "\n"
	}
	return nil
}

func (p *proof) readHeader() error {
	if len(p.header) > 16<<10 || !utf8.Valid(p.header) {
		return errors.New("a header too long, or no UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(p.header))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p.head); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something after the header")
	}
	var again bytes.Buffer
	encoder := json.NewEncoder(&again)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(p.head); err != nil {
		return err
	}
	if !bytes.Equal(bytes.TrimSuffix(again.Bytes(), []byte("\n")), p.header) {
		return errors.New("a header in another form")
	}
	h := p.head
	at, err := time.Parse("2006-01-02T15:04:05.000Z", h.At)
	if err != nil || at.Format("2006-01-02T15:04:05.000Z") != h.At {
		return errors.New("a time that is none")
	}
	named := func(o *officer) bool {
		return partyForm.MatchString(o.Seat) && o.Name != "" && !hidden.MatchString(o.Name) && strings.TrimSpace(o.Name) == o.Name
	}
	if h.Parley != 1 || !lineForm.MatchString(h.Line) || !partyForm.MatchString(h.From) || h.Seq < 0 ||
		!kindForm.MatchString(h.Kind) || !strings.Contains(" actual exercise test ", " "+h.Mark+" ") ||
		!strings.Contains(" routine priority immediate flash ", " "+h.Precedence+" ") || !seenForm.Match(h.Seen) ||
		!named(&h.By) || h.By.ReleasedBy != nil && !named(h.By.ReleasedBy) || h.Lang != "" && !langForm.MatchString(h.Lang) {
		return errors.New("a member out of its grammar")
	}
	for _, re := range h.Re {
		parts := strings.Split(re, "/")
		if len(parts) != 2 || !partyForm.MatchString(parts[0]) {
			return errors.New("an answer to nothing")
		}
		seq, err := strconv.ParseInt(parts[1], 10, 64)
		if err != nil || parts[0] == h.From && seq >= h.Seq {
			return errors.New("an answer to what comes later")
		}
	}
	return nil
}

func read(file []byte) (*proof, error) {
	if len(file) > 256<<10 || !utf8.Valid(file) {
		return nil, errors.New("too long, or no UTF-8")
	}
	parts := strings.SplitN(string(file), "\n\n", 3)
	if len(parts) != 3 {
		return nil, errors.New("no three parts")
	}
	lines := strings.Split(parts[0], "\n")
	if len(lines) < 5 || lines[0] != "parley/proof/v1" {
		return nil, errors.New("no proof file")
	}
	var data [3][]byte
	for i, name := range []string{"header ", "salt ", "body "} {
		if !strings.HasPrefix(lines[1+i], name) {
			return nil, errors.New("a line is missing")
		}
		var err error
		if data[i], err = base64Of(lines[1+i][len(name):]); err != nil {
			return nil, err
		}
	}
	p := &proof{header: data[0], note: []byte(parts[2])}
	if err := p.readHeader(); err != nil {
		return nil, err
	}
	if err := p.readKeys(lines[4:]); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append(append([]byte{}, data[1]...), data[2]...))
	if len(data[1]) != 32 || p.head.Size == nil || *p.head.Size != int64(len(data[2])) || p.head.Body != "sha256:"+hex.EncodeToString(sum[:]) {
		return nil, errors.New("another body")
	}

	rows := strings.Split(parts[1], "\n")
	if len(rows) < 2 || len(rows) > 2+64 || rows[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(rows[1], "index ") {
		return nil, errors.New("no tlog-proof, or one with extra data")
	}
	index, err := strconv.ParseInt(rows[1][6:], 10, 64)
	if err != nil || rows[1] != fmt.Sprintf("index %d", index) || index != p.head.Seq || index == 0 && p.head.Kind != "line.opened" {
		return nil, errors.New("another index")
	}
	p.index = index
	for _, row := range rows[2:] {
		hash, err := hashOf(row)
		if err != nil {
			return nil, err
		}
		p.hashes = append(p.hashes, hash)
	}

	// The note's own form, by sumdb/note: with no key it is malformed, or has no verified signature.
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(p.note, note.VerifierList()); err != nil && !errors.As(err, &unverified) {
		return nil, err
	}
	split := strings.LastIndex(parts[2], "\n\n")
	p.sigLines = strings.Split(strings.TrimSuffix(parts[2][split+2:], "\n"), "\n")
	for _, line := range p.sigLines {
		// sumdb/note takes stray bits, too.
		if _, err := base64Of(line[strings.LastIndex(line, " ")+1:]); err != nil {
			return nil, err
		}
	}
	text := strings.Split(parts[2][:split+1], "\n")
	if len(text) != 4 || text[0] != p.head.Line+"/"+p.head.From {
		return nil, errors.New("no checkpoint of this feed")
	}
	size, err := strconv.ParseInt(text[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != text[1] {
		return nil, errors.New("no size")
	}
	root, err := hashOf(text[2])
	if err != nil {
		return nil, err
	}
	p.tree = tlog.Tree{N: size, Hash: root}
	for _, key := range p.keys {
		if key.id == p.head.From {
			return p, nil
		}
	}
	return nil, errors.New("no keys of the author")
}

func (p *proof) signed() error {
	var known []note.Verifier
	for _, key := range p.keys {
		if key.id == p.head.From {
			author, err := note.NewVerifier(key.log)
			if err != nil {
				return err
			}
			known = append(known, author)
			continue
		}
		name, hash, bytes, err := parseKey(key.cosign, 4)
		if err != nil {
			return err
		}
		known = append(known, cosigner{name, hash, bytes})
	}
	opened, err := note.Open(p.note, note.VerifierList(known...))
	if err != nil {
		return err
	}
	if len(opened.UnverifiedSigs) > 0 || len(opened.Sigs) != len(p.keys) || len(p.sigLines) != len(p.keys) || len(p.keys) < 2 {
		return fmt.Errorf("%d of %d parties signed, in %d lines", len(opened.Sigs), len(p.keys), len(p.sigLines))
	}
	return tlog.CheckRecord(p.hashes, p.tree.N, p.tree.Hash, p.index, tlog.RecordHash(p.header))
}

func matches(sheet, typed string) bool {
	digits := strings.ToLower(strings.NewReplacer(" ", "", "\t", "", "\n", "", "-", "", ":", "", ",", "").Replace(typed))
	data, err := hex.DecodeString(digits)
	sum := sha256.Sum256([]byte(sheet))
	return err == nil && len(data) >= 16 && bytes.HasPrefix(sum[:], data)
}

func judge(file []byte, typed *string) [3]string {
	p, err := read(file)
	if err != nil {
		return [3]string{"no", "not asked", "not asked"}
	}
	result := [3]string{"yes", "yes", "not asked"}
	if p.signed() != nil {
		result[1] = "no"
	}
	if typed != nil {
		result[2] = "no"
		if matches(p.sheet, *typed) {
			result[2] = "yes"
		}
	}
	return result
}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Println("bad:", err)
		os.Exit(1)
	}
	var table struct {
		Cases []struct {
			Name                        string
			File, Base64, Typed         *string
			WellFormed, Signed, Trusted string
			Foreign                     bool
		}
		Letters map[string][3]string
		Flips   []struct {
			Case    string
			Mask    byte
			Answers string
		}
	}
	if err := json.Unmarshal(data, &table); err != nil {
		fmt.Println("bad:", err)
		os.Exit(1)
	}
	count := 0
	for _, c := range table.Cases {
		if !c.Foreign {
			continue
		}
		var file []byte
		if c.File != nil {
			file = []byte(*c.File)
		} else if file, err = base64.StdEncoding.DecodeString(*c.Base64); err != nil {
			fmt.Println("bad:", err)
			os.Exit(1)
		}
		got := judge(file, c.Typed)
		if want := [3]string{c.WellFormed, c.Signed, c.Trusted}; got != want {
			fmt.Printf("bad: %s: %v instead of %v\n", c.Name, got, want)
			os.Exit(1)
		}
		count++
	}
	flipped := 0
	for _, flip := range table.Flips {
		for _, c := range table.Cases {
			if c.Name != flip.Case {
				continue
			}
			file := []byte(*c.File)
			if len(file) != len(flip.Answers) {
				fmt.Printf("bad: %d answers for %d bytes\n", len(flip.Answers), len(file))
				os.Exit(1)
			}
			for i := range file {
				file[i] ^= flip.Mask
				got := judge(file, c.Typed)
				file[i] ^= flip.Mask
				if want := table.Letters[flip.Answers[i:i+1]]; got != want {
					fmt.Printf("bad: byte %d with bit %d flipped: %v instead of %v\n", i, flip.Mask, got, want)
					os.Exit(1)
				}
				flipped++
			}
		}
	}
	fmt.Printf("good: %d files, and %d with a byte flipped\n", count, flipped)
}
