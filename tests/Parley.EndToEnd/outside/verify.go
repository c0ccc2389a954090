// SPDX-License-Identifier: Apache-2.0

// Verify reads an export of Parley with the transparency log packages of the Go project and nothing of Parley's, as somebody would who
// has only docs/protocol and C2SP: signed notes with sumdb/note, the tree and its tiles with sumdb/tlog.
//
//	verify FOLDER [PROOF PARTY SEQ]...
//
// Each PROOF is a c2sp.org/tlog-proof@v1 of entry SEQ in the feed of PARTY. Exit code 0 and one line when everything holds; 1 and
// what does not.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

type feed struct {
	Party, Origin, LogKey, CosignKey string
}

type header struct {
	Line, From, Body string
	Seq, Size        int64
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
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func newCosigner(vkey string) (cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return cosigner{}, fmt.Errorf("vkey %q has no three parts", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return cosigner{}, fmt.Errorf("vkey %q is no cosigner's key", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return cosigner{}, fmt.Errorf("vkey %q states another key id than %08x", vkey, hash)
	}
	return cosigner{parts[0], hash, key[1:]}, nil
}

// tiles reads C2SP tlog-tiles from a feed's folder for sumdb/tlog, whose paths name the height too.
type tiles struct{ folder string }

func (t tiles) Height() int                                { return tileHeight }
func (t tiles) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

// verifier holds one export while it is read.
type verifier struct {
	folder       string
	line         string
	feeds        []feed
	entries      map[string][][]byte
	cosignatures int
	bodies       int
}

func (v *verifier) readLine() error {
	data, err := os.ReadFile(filepath.Join(v.folder, "line.json"))
	if err != nil {
		return err
	}
	var line struct {
		Line  string
		Feeds []feed
	}
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	v.line, v.feeds, v.entries = line.Line, line.Feeds, map[string][][]byte{}
	return nil
}

// open verifies a checkpoint of f with the author's key, which is required, and with every other party's cosigner key.
func (v *verifier) open(f feed, data []byte, required bool) (tlog.Tree, error) {
	author, err := note.NewVerifier(f.LogKey)
	if err != nil {
		return tlog.Tree{}, err
	}
	known := []note.Verifier{author}
	for _, other := range v.feeds {
		if other.Party == f.Party {
			continue
		}
		key, err := newCosigner(other.CosignKey)
		if err != nil {
			return tlog.Tree{}, err
		}
		known = append(known, key)
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.UnverifiedSigs) > 0 {
		return tlog.Tree{}, fmt.Errorf("%d signatures are of no party", len(opened.UnverifiedSigs))
	}
	if opened.Sigs[0].Name != f.Origin || required && len(opened.Sigs) != len(v.feeds) {
		return tlog.Tree{}, fmt.Errorf("%d of %d parties signed, the first is %s", len(opened.Sigs), len(v.feeds), opened.Sigs[0].Name)
	}
	v.cosignatures += len(opened.Sigs) - 1
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != f.Origin {
		return tlog.Tree{}, fmt.Errorf("%q is no checkpoint of %s", opened.Text, f.Origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// readEntries reads the entry bundles: each entry behind its length.
func (v *verifier) readEntries(f feed, folder string, size int64) error {
	var entries [][]byte
	for n := int64(0); n*tileWidth < size; n++ {
		width := size - n*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		path := tlog.Tile{H: tileHeight, L: -1, N: n, W: int(width)}.Path()
		data, err := os.ReadFile(filepath.Join(folder, strings.Replace(path, fmt.Sprintf("tile/%d/data/", tileHeight), "tile/entries/", 1)))
		if err != nil {
			return err
		}
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("bundle %d ends early", n)
			}
			length := int(binary.BigEndian.Uint16(data))
			entries = append(entries, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) != 0 {
			return fmt.Errorf("bundle %d goes on after its last entry", n)
		}
	}
	v.entries[f.Party] = entries
	return nil
}

func (v *verifier) checkHeader(f feed, seq int64, data []byte) error {
	var h header
	if err := json.Unmarshal(data, &h); err != nil {
		return err
	}
	if h.Line != v.line || h.From != f.Party || h.Seq != seq {
		return fmt.Errorf("it says that it is %s/%d of %s", h.From, h.Seq, h.Line)
	}
	if h.Body == "" {
		return nil
	}
	name := strings.TrimPrefix(h.Body, "sha256:")
	body, err := os.ReadFile(filepath.Join(v.folder, "bodies", name))
	if os.IsNotExist(err) {
		return nil // withheld
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if hex.EncodeToString(sum[:]) != name || int64(len(body)) != 32+h.Size {
		return fmt.Errorf("its body is another")
	}
	v.bodies++
	return nil
}

func (v *verifier) checkFeed(f feed) error {
	folder := filepath.Join(v.folder, "feeds", f.Party)
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := v.open(f, data, true)
	if err != nil {
		return err
	}
	if err := v.readEntries(f, folder, tree.N); err != nil {
		return err
	}

	// The root from the entries alone, by sumdb/tlog's own way to store a growing tree.
	var stored []tlog.Hash
	storage := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	for seq, entry := range v.entries[f.Party] {
		hashes, err := tlog.StoredHashes(int64(seq), entry, storage)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
		if err := v.checkHeader(f, int64(seq), entry); err != nil {
			return fmt.Errorf("entry %s/%d: %w", f.Party, seq, err)
		}
	}
	root, err := tlog.TreeHash(tree.N, storage)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("its entries have the root %v, not %v", root, tree.Hash)
	}

	// Every tile, authenticated against the checkpoint; and through the tiles, proofs of some entries.
	published := tlog.TileHashReader(tree, tiles{folder})
	var leaves []int64
	for seq := range v.entries[f.Party] {
		leaves = append(leaves, tlog.StoredHashIndex(0, int64(seq)))
	}
	hashes, err := published.ReadHashes(leaves)
	if err != nil {
		return err
	}
	for seq, entry := range v.entries[f.Party] {
		leaf := tlog.RecordHash(entry)
		if hashes[seq] != leaf {
			return fmt.Errorf("entry %s/%d is not the one in its tile", f.Party, seq)
		}
		if seq%7 != 0 && int64(seq) != tree.N-1 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, int64(seq), published)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(seq), leaf); err != nil {
			return fmt.Errorf("entry %s/%d: %w", f.Party, seq, err)
		}
	}
	return nil
}

// checkProof verifies a c2sp.org/tlog-proof@v1 of an entry that is in the export.
func (v *verifier) checkProof(path, party, seq string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	parts := bytes.SplitN(data, []byte("\n\n"), 2)
	if len(parts) != 2 {
		return fmt.Errorf("no checkpoint in it")
	}
	lines := strings.Split(string(parts[0]), "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != "index "+seq {
		return fmt.Errorf("it is no proof of index %s", seq)
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	index, err := strconv.ParseInt(seq, 10, 64)
	if err != nil {
		return err
	}
	for _, f := range v.feeds {
		if f.Party != party {
			continue
		}
		tree, err := v.open(f, parts[1], false)
		if err != nil {
			return err
		}
		if index >= int64(len(v.entries[party])) {
			return fmt.Errorf("the export does not hold that entry")
		}
		return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(v.entries[party][index]))
	}
	return fmt.Errorf("no party %s", party)
}

func run(arguments []string) (string, error) {
	if len(arguments)%3 != 1 {
		return "", fmt.Errorf("verify FOLDER [PROOF PARTY SEQ]...")
	}
	v := &verifier{folder: arguments[0]}
	if err := v.readLine(); err != nil {
		return "", err
	}
	count := 0
	for _, f := range v.feeds {
		if err := v.checkFeed(f); err != nil {
			return "", fmt.Errorf("feed %s: %w", f.Party, err)
		}
		count += len(v.entries[f.Party])
	}
	cosignatures := v.cosignatures
	for i := 1; i < len(arguments); i += 3 {
		if err := v.checkProof(arguments[i], arguments[i+1], arguments[i+2]); err != nil {
			return "", fmt.Errorf("proof of %s/%s: %w", arguments[i+1], arguments[i+2], err)
		}
	}
	return fmt.Sprintf("good: %d feeds, %d entries, %d bodies, %d cosignatures, %d proofs", len(v.feeds), count, v.bodies, cosignatures, len(arguments)/3), nil
}

func main() {
	result, err := run(os.Args[1:])
	if err != nil {
		fmt.Println("bad:", err)
		os.Exit(1)
	}
	fmt.Println(result)
}
