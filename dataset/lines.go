package dataset

import "slices"

// lineMap says on which line of its file each entry of a set stood. Nearly all
// lines of a file become entries, so that a run costs 16 bytes and an entry
// none.
type lineMap struct {
	runs []lineRun
}

// lineRun says that entry first stood on line, and those after it on the lines
// that follow (on the same line where still is set) until the next run.
type lineRun struct {
	first int32
	still bool
	line  int64
}

// add says where the next entry stood. Entries come in ascending order.
func (m *lineMap) add(entry int32, line int64) {
	if n := len(m.runs); n > 0 {
		r := &m.runs[n-1]
		switch {
		case r.at(entry) == line:
			return
		case !r.still && entry == r.first+1 && line == r.line:
			r.still = true // second entry of a line that lists several
			return
		}
	}
	m.runs = append(m.runs, lineRun{first: entry, line: line})
}

func (r *lineRun) at(entry int32) int64 {
	if r.still {
		return r.line
	}
	return r.line + int64(entry-r.first)
}

// line returns the line of an entry. Ratings that came from no file have a nil
// map: there the line is the number of the entry, from 1.
func (m *lineMap) line(entry int32) int64 {
	if m == nil || len(m.runs) == 0 {
		return int64(entry) + 1
	}
	at, found := slices.BinarySearchFunc(m.runs, entry, func(r lineRun, e int32) int { return int(r.first) - int(e) })
	if !found {
		at--
	}
	if at < 0 {
		return int64(entry) + 1
	}
	return m.runs[at].at(entry)
}

// lineReader walks through the map in order, without a search for each entry.
type lineReader struct {
	m  *lineMap
	at int
}

// line returns the line of an entry; entries are asked for in ascending order.
func (w *lineReader) line(entry int32) int64 {
	if w.m == nil || len(w.m.runs) == 0 {
		return int64(entry) + 1
	}
	for w.at+1 < len(w.m.runs) && w.m.runs[w.at+1].first <= entry {
		w.at++
	}
	return w.m.runs[w.at].at(entry)
}
