package dataset

// rawRatings is a ratings file as read: chunks of columns, ids not yet
// numbered, 16 bytes a row with a time and 12 without.
type rawRatings struct {
	source   string
	format   Format
	lay      layout
	space    idSpace
	chunks   []*chunk
	pieces   []*piece // where the columns of the chunks lie
	expected int      // rows, as far as that can be told beforehand
	lines    int64
	rows     int64
	stats    valueStats
	faults   faultLog
	scale    Scale
	kept     int // rows whose value the scale contains

	outside *faultLog // values out of range, once the scale is known
}

// keepsAll tells whether no row is out of range.
func (f *rawRatings) keepsAll() bool { return int64(f.kept) == f.rows }

// assemble numbers the ids of files together and makes ratings of each. The
// files' chunks are used up.
func assemble(l Loader, files []*rawRatings) ([]*Ratings, []*Report, error) {
	reports := make([]*Report, len(files))
	for i, f := range files {
		var outside *faultLog
		f.scale, outside = f.stats.recognise(l.Scale, f.lay.lists || f.lay.col[valueField] < 0, f.format == FormatColumns)
		f.kept = int(f.rows - outside.count())
		reports[i] = &Report{Source: f.source, Format: f.format.String(), Read: f.rows + f.faults.count(), Kept: int64(f.kept)}
		if f.outside = outside; outside.first != nil {
			outside.first.File = f.source
		}
		f.faults.to(reports[i])
		f.outside.to(reports[i])
	}
	t := l.team()
	for _, f := range files {
		f.locate(t)
	}
	users, err := numberUsers(t, files)
	if err != nil {
		return nil, nil, err
	}
	items, err := numberItems(t, files)
	if err != nil {
		return nil, nil, err
	}
	out := make([]*Ratings, len(files))
	for i, f := range files {
		r := &Ratings{Name: l.Name, Scale: f.scale, Users: users.index, Items: items.index, file: f.source}
		r.User, r.Item = users.column(f), items.column(f)
		f.noteTimes(reports[i])
		f.values(t, r)
		out[i] = r
	}
	return out, reports, nil
}

// noteTimes says how many ratings have no time where others have one.
func (f *rawRatings) noteTimes(report *Report) {
	if f.lay.lists || f.lay.col[timeField] < 0 {
		return
	}
	var without int64
	for _, c := range f.chunks {
		if c.kept == c.rows {
			without += c.untimed
			continue
		}
		for i, v := range c.value {
			if f.scale.Contains(v) && (c.time == nil || c.time[i] == 0) {
				without++
			}
		}
	}
	if without > 0 {
		report.note(without, "ratings have no time")
	}
}
