// SPDX-License-Identifier: Apache-2.0

// Walk works out anew, with the transparency log packages of the Go project and nothing of Parley's, what the vectors say of
// signed notes (sumdb/note) and of trees and proofs (sumdb/tlog).
//
//	walk FOLDER
//
// FOLDER holds the vectors. Exit code 0 and how much was checked; 1 and the first thing that does not hold.
package main

import (
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

type data struct{ Text, Hex *string }

func (d data) bytes() []byte {
	if d.Text != nil {
		return []byte(*d.Text)
	}
	bytes, err := hex.DecodeString(*d.Hex)
	check(err == nil, "hexadecimal digits", err)
	return bytes
}

var checked int

func check(holds bool, name string, why any) {
	checked++
	if !holds {
		fmt.Printf("does not hold: %s (%v)\n", name, why)
		os.Exit(1)
	}
}

func load(folder, group string, into any) {
	bytes, err := os.ReadFile(filepath.Join(folder, group+".json"))
	check(err == nil, group, err)
	check(json.Unmarshal(bytes, into) == nil, group, "no JSON")
}

func hashOf(digits string) (h tlog.Hash) {
	bytes, err := hex.DecodeString(digits)
	check(err == nil && len(bytes) == tlog.HashSize, digits, "no hash")
	copy(h[:], bytes)
	return h
}

// trees: roots, and proofs of consistency and inclusion, of leaves "entry 0", "entry 1" and so on (LOG-1, LOG-2, LOG-19, LOG-20).
func trees(folder string) {
	var file struct {
		Vectors []struct {
			Name, Root, OldRoot, Leaf  string
			Leaves, Old, Size, Index   *int64
			Proof                      []string
			Holds                      bool
		}
	}
	load(folder, "trees", &file)
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			hashes[i] = stored[at]
		}
		return hashes, nil
	})
	roots := map[int64]tlog.Hash{}
	for n := int64(0); n < 257; n++ {
		more, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("entry %d", n)), reader)
		check(err == nil, "stored hashes", err)
		stored = append(stored, more...)
		root, err := tlog.TreeHash(n+1, reader)
		check(err == nil, "a root", err)
		roots[n+1] = root
	}
	for _, v := range file.Vectors {
		if v.Leaves != nil {
			if *v.Leaves > 0 {
				check(roots[*v.Leaves] == hashOf(v.Root), v.Name, "another root")
			}
			continue
		}
		proof := make([]tlog.Hash, len(v.Proof))
		for i, digits := range v.Proof {
			proof[i] = hashOf(digits)
		}
		var err error
		if v.Old != nil {
			err = tlog.CheckTree(proof, *v.Size, hashOf(v.Root), *v.Old, hashOf(v.OldRoot))
		} else {
			err = tlog.CheckRecord(proof, *v.Size, hashOf(v.Root), *v.Index, hashOf(v.Leaf))
		}
		check((err == nil) == v.Holds, v.Name, err)
	}
}

// checkpoints: notes that are taken verify by the feed's key, and say the size and the root (LOG-5, LOG-7, LOG-10).
func checkpoints(folder string) {
	var file struct {
		Vectors []struct {
			Name, LogKey, Root string
			Note               data
			Taken              bool
			Size               int64
		}
	}
	load(folder, "checkpoints", &file)
	for _, v := range file.Vectors {
		if !v.Taken {
			continue // Go's reader is laxer than Parley's here and there
		}
		verifier, err := note.NewVerifier(v.LogKey)
		check(err == nil, v.Name, err)
		opened, err := note.Open(v.Note.bytes(), note.VerifierList(verifier))
		check(err == nil, v.Name, err)
		lines := strings.Split(opened.Text, "\n")
		check(lines[0] == verifier.Name(), v.Name, "another origin")
		check(lines[1] == strconv.FormatInt(v.Size, 10), v.Name, "another size")
		root := hashOf(v.Root)
		check(lines[2] == base64.StdEncoding.EncodeToString(root[:]), v.Name, "another root")
	}
}

// pushes: of every first push that is taken the note verifies, and the leaves of its entries hash to its root (LINK-10, LINK-12).
func pushes(folder string) {
	var lines struct {
		Vectors []struct {
			Taken bool
			Line  string
			Feeds []struct{ Origin, LogKey string }
		}
	}
	load(folder, "lines", &lines)
	keys := map[string]string{}
	for _, v := range lines.Vectors {
		for _, f := range v.Feeds {
			keys[f.Origin] = f.LogKey
		}
	}
	var file struct {
		Vectors []struct {
			Name   string
			Status int
			Before []data
			Push   data
		}
	}
	load(folder, "pushes", &file)
	for _, v := range file.Vectors {
		if v.Status != 200 || len(v.Before) > 0 {
			continue
		}
		push := v.Push.bytes()
		length := binary.BigEndian.Uint32(push)
		offer := string(push[4 : 4+length])
		signed := offer[strings.Index(offer, "\n\n")+2:]
		origin := signed[:strings.Index(signed, "\n")]
		key, known := keys[origin]
		check(known, v.Name, "a feed of no line in lines.json")
		verifier, err := note.NewVerifier(key)
		check(err == nil, v.Name, err)
		opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
		check(err == nil, v.Name, err)
		text := strings.Split(opened.Text, "\n")
		size, err := strconv.ParseInt(text[1], 10, 64)
		check(err == nil, v.Name, err)
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
			hashes := make([]tlog.Hash, len(indexes))
			for i, at := range indexes {
				hashes[i] = stored[at]
			}
			return hashes, nil
		})
		at := 4 + int(length)
		for n := int64(0); n < size; n++ {
			header := int(binary.BigEndian.Uint16(push[at:]))
			more, err := tlog.StoredHashes(n, push[at+2:at+2+header], reader)
			check(err == nil, v.Name, err)
			stored = append(stored, more...)
			at += 2 + header
			at++
			if push[at-1] == 1 {
				at += 34 + int(binary.BigEndian.Uint16(push[at+32:]))
			}
		}
		root, err := tlog.TreeHash(size, reader)
		check(err == nil && root.String() == text[2], v.Name, "another root")
	}
}

func main() {
	folder := os.Args[1]
	trees(folder)
	checkpoints(folder)
	pushes(folder)
	fmt.Printf("Go's sumdb/note and sumdb/tlog: %d values are as the vectors say\n", checked)
}
