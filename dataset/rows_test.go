package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func readText(l Loader, name, text string) (*Ratings, *Report, error) {
	return l.Read(context.Background(), strings.NewReader(text), name)
}

// entries writes ratings out, for comparison.
func entries(r *Ratings) []string {
	var out []string
	for i := range r.Len() {
		when := uint32(0)
		if r.Time != nil {
			when = r.Time[i]
		}
		out = append(out, fmt.Sprintf("%s %s %g %d", r.Users.ID(r.User[i]), r.Items.ID(r.Item[i]), r.Value[i], when))
	}
	return out
}

func TestReadRatingsOfEveryFormat(t *testing.T) {
	stars := Scale{Min: 0.5, Max: 5, Step: 0.5}
	whole := Scale{Min: 1, Max: 5, Step: 1}
	for _, tt := range []struct {
		name, text string
		loader     Loader
		format     Format
		scale      Scale
		want       []string
	}{
		{name: "MovieLens", text: "userId,movieId,rating,timestamp\n2,30,4.5,100\n1,20,3.0,200\n", format: FormatMovieLens, scale: stars, want: []string{"2 30 4.5 100", "1 20 3 200"}},
		{name: "MovieLens with CRLF", text: "userId,movieId,rating,timestamp\r\n2,30,4.5,100\r\n1,20,3.0,200\r\n", format: FormatMovieLens, scale: stars, want: []string{"2 30 4.5 100", "1 20 3 200"}},
		{name: "byte order mark", text: "\ufeffuserId,movieId,rating,timestamp\n2,30,4.5,100\n", format: FormatMovieLens, scale: stars, want: []string{"2 30 4.5 100"}},
		{name: "no last line break", text: "userId,movieId,rating,timestamp\n2,30,4.5,100", format: FormatMovieLens, scale: stars, want: []string{"2 30 4.5 100"}},
		{name: "empty times and lines", text: "userId,movieId,rating,timestamp\n\n2,30,4,\n  \n1,20,3,7\n", format: FormatMovieLens, scale: whole, want: []string{"2 30 4 0", "1 20 3 7"}},
		{name: "no time column", text: "userId,movieId,rating\n2,30,4\n", format: FormatMovieLens, scale: whole, want: []string{"2 30 4 0"}},
		{name: "quotes", text: "userId,movieId,rating,timestamp\n\"2\",\"30\",\"4.5\",\"100\"\n1,20,0.5,7\n", format: FormatMovieLens, scale: stars, want: []string{"2 30 4.5 100", "1 20 0.5 7"}},
		{name: "blanks", text: "userId,movieId,rating,timestamp\n 2, 30 ,4.5 , 100\n", format: FormatMovieLens, scale: stars, want: []string{"2 30 4.5 100"}},
		{name: "columns in another order", text: "userId,timestamp,rating,movieId\n2,100,4,30\n", format: FormatMovieLens, scale: whole, want: []string{"2 30 4 100"}},
		{name: "u.data", text: "196\t242\t3\t881250949\n186\t302\t1\t891717742\n", format: FormatTabs, scale: whole, want: []string{"196 242 3 881250949", "186 302 1 891717742"}},
		{name: "ratings.dat", text: "1::1193::5::978300760\n1::661::3::978302109\n", format: FormatColons, scale: whole, want: []string{"1 1193 5 978300760", "1 661 3 978302109"}},
		{name: "half stars between colons", text: "1::122::4.5::838985046\n", format: FormatColons, scale: stars, want: []string{"1 122 4.5 838985046"}},
		{name: "MovieTweetings", text: "1::0002844::7::1365029107\n2::0104257::10::1364690142\n2::0104258::0::1364690142\n", format: FormatColons, scale: Scale{Max: 10, Step: 1}, want: []string{"1 2844 7 1365029107", "2 104257 10 1364690142", "2 104258 0 1364690142"}},
		{name: "no header", text: "7,8,3,9\n6,8,2.5,9\n", format: FormatPlainCSV, scale: stars, want: []string{"7 8 3 9", "6 8 2.5 9"}},
		{name: "names of another house", text: "user,item,rating,timestamp\n0,5,3,\n0,6,4,978\n", format: FormatColumns, scale: whole, want: []string{"0 5 3 0", "0 6 4 978"}},
		{name: "RecBole", text: "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t2\t3.0\t888\n", format: FormatColumns, scale: whole, want: []string{"1 2 3 888"}},
		{name: "dates", text: "user_id,item_id,rating,date\n1,2,3,1970-01-02 00:00:01\n1,3,3,2005-04-02\n", format: FormatColumns, scale: whole, want: []string{"1 2 3 86401", "1 3 3 1112400000"}},
		{name: "milliseconds and fractions", text: "user,item,rating,timestamp\n1,2,3,1112400000000\n1,3,3,881250949.0\n", format: FormatColumns, scale: whole, want: []string{"1 2 3 1112400000", "1 3 3 881250949"}},
		{name: "clicks", text: "user,item\n1,2\n1,3\n", format: FormatColumns, scale: Scale{Implicit: true}, want: []string{"1 2 1 0", "1 3 1 0"}},
		{name: "LightGCN", text: "0 5 6\n1 6\n2\n", format: FormatLists, scale: Scale{Implicit: true}, want: []string{"0 5 1 0", "0 6 1 0", "1 6 1 0"}},
		{name: "ids of text", text: "user,item,rating\nann,tt2,5\nbob,tt1,4\nann,tt1,1\n", format: FormatColumns, scale: whole, want: []string{"ann tt2 5 0", "bob tt1 4 0", "ann tt1 1 0"}},
		{name: "ids become text", text: "user,item,rating\n9,10,5\n10,9,4\n07,9,3\n", format: FormatColumns, scale: whole, want: []string{"9 10 5 0", "10 9 4 0", "07 9 3 0"}},
		{name: "large and negative ids", text: "userId,movieId,rating,timestamp\n9223372036854775807,-5,4,1\n-9223372036854775808,3,4,1\n", format: FormatMovieLens, scale: whole, want: []string{"9223372036854775807 -5 4 1", "-9223372036854775808 3 4 1"}},
		{name: "named columns", loader: Loader{Columns: Columns{User: "who", Item: "what", Rating: "stars", Time: "when"}}, text: "when;stars;note;who;what\n5;4;\"good; \"\"very\"\"\nindeed\";u1;i1\n6;2;;u2;i1\n", format: FormatColumns, scale: whole, want: []string{"u1 i1 4 5", "u2 i1 2 6"}},
		{name: "named positions", loader: Loader{Columns: Columns{User: "2", Item: "1", Separator: "::"}}, text: "a::b::c\nd::e::f\n", format: FormatColumns, scale: Scale{Implicit: true}, want: []string{"b a 1 0", "e d 1 0"}},
		{name: "named separator", loader: Loader{Columns: Columns{User: "u", Item: "i", Rating: "r", Separator: "|"}}, text: "u|i|r\n1|2|90\n1|3|20\n", format: FormatColumns, scale: Scale{Min: 20, Max: 90}, want: []string{"1 2 90 0", "1 3 20 0"}},
		{name: "named scale", loader: Loader{Scale: Scale{Min: 0, Max: 100, Step: 1}}, text: "userId,movieId,rating,timestamp\n1,2,90,\n", format: FormatMovieLens, scale: Scale{Max: 100, Step: 1}, want: []string{"1 2 90 0"}},
		{name: "named format", loader: Loader{Format: FormatTabs}, text: "damaged\nlines\n1\t2\t3\t4\n", format: FormatTabs, scale: whole, want: []string{"1 2 3 4"}},
		{name: "odd numbers", text: "userId,movieId,rating,timestamp\n+1,2,3,4\n1,2,3e0,4\n1,3,2.500000000,4\n1,4,.5,4\n", format: FormatMovieLens, scale: stars, want: []string{"1 2 3 4", "1 3 2.5 4", "1 4 0.5 4"}},
		{name: "tenths", text: "userId,movieId,rating,timestamp\n1,2,3.7,4\n", format: FormatMovieLens, scale: Scale{Min: 0.5, Max: 5}, want: []string{"1 2 3.7 4"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, report, err := readText(tt.loader, "set.csv", tt.text)
			require.NoError(t, err)
			require.NoError(t, r.Validate())
			require.Equal(t, tt.want, entries(r))
			require.Equal(t, tt.scale, r.Scale)
			require.Equal(t, tt.format.String(), report.Format)
			require.Equal(t, report.Read, report.Kept+report.DroppedRows())
			require.Equal(t, "set", r.Name)
			for row := range int32(r.Users.Len()) {
				got, ok := r.Users.Row(r.Users.ID(row))
				require.True(t, ok)
				require.Equal(t, row, got)
			}
		})
	}
}

// TestDamagedFilesOfANamedFormat: the first two lines tell nothing, the caller does.
func TestDamagedFilesOfANamedFormat(t *testing.T) {
	for format, line := range map[Format]string{FormatMovieLens: "1,2,3,4", FormatTabs: "1\t2\t3\t4", FormatColons: "1::2::3::4", FormatPlainCSV: "1,2,3,4", FormatLists: "1 2"} {
		r, _, err := readText(Loader{Format: format}, "f", "damaged\nlines\n"+line+"\n")
		require.NoError(t, err, format)
		require.Equal(t, "1 2", entries(r)[0][:3])
	}
	_, _, err := readText(Loader{Format: FormatColumns}, "f", "damaged\nlines\n")
	require.ErrorIs(t, err, ErrUnknownFormat)
}

func TestIDsAreNumberedInAscendingOrder(t *testing.T) {
	r, _, err := readText(Loader{}, "x", "user,item,rating\n30,b,5\n4,a,4\n1000000000000,B,1\n")
	require.NoError(t, err)
	require.Equal(t, []string{"4", "30", "1000000000000"}, []string{r.Users.ID(0).String(), r.Users.ID(1).String(), r.Users.ID(2).String()})
	require.Equal(t, []ID{Str("B"), Str("a"), Str("b")}, []ID{r.Items.ID(0), r.Items.ID(1), r.Items.ID(2)})
}

// fault is one damaged line and how it must be reported.
type faultCase struct {
	name, text string
	loader     Loader
	want       ParseError // Line, Column, Field, Value, Want, Reason
}

var faultCases = []faultCase{
	{name: "too few fields", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,4\n", want: ParseError{Line: 3, Value: "1,3,4", Want: "4 fields, not 3", Reason: WrongFieldCount}},
	{name: "too many fields", text: "1\t2\t3\t4\n1\t3\t4\t5\t6\n", want: ParseError{Line: 2, Value: "1\t3\t4\t5\t6", Want: "4 fields, not 5", Reason: WrongFieldCount}},
	{name: "user", text: "userId,movieId,rating,timestamp\n1,2,3,4\nx7,3,4,5\n", want: ParseError{Line: 3, Column: 1, Field: "userId", Value: "x7", Want: "an integer", Reason: BadUser}},
	{name: "no user", text: "userId,movieId,rating,timestamp\n1,2,3,4\n,3,4,5\n", want: ParseError{Line: 3, Column: 1, Field: "userId", Value: "", Want: "an integer", Reason: BadUser}},
	{name: "user beyond int64", text: "1::2::3::4\n9223372036854775808::2::3::4\n", want: ParseError{Line: 2, Column: 1, Field: "user", Value: "9223372036854775808", Want: "an integer", Reason: BadUser}},
	{name: "item", text: "1::2::3::4\n12::1.5::3::4\n", want: ParseError{Line: 2, Column: 5, Field: "item", Value: "1.5", Want: "an integer", Reason: BadItem}},
	{name: "empty item of text", text: "user,item,rating\na,b,3\na,,3\n", want: ParseError{Line: 3, Column: 3, Field: "item", Value: "", Want: "1 to 256 bytes of UTF-8 text", Reason: BadItem}},
	{name: "item of a list", text: "1 2 3\n2 x 4\n", want: ParseError{Line: 2, Column: 3, Field: "item", Value: "x", Want: "an integer", Reason: BadItem}},
	{name: "user of a list", text: "1 2 3\ny 4\n", want: ParseError{Line: 2, Column: 1, Field: "user", Value: "y", Want: "an integer", Reason: BadUser}},
	{name: "value", text: "userId,movieId,rating,timestamp\r\n1,2,3,4\r\n1,3,good,5\r\n", want: ParseError{Line: 3, Column: 5, Field: "rating", Value: "good", Want: "a number", Reason: BadValue}},
	{name: "value not a number", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,NaN,5\n", want: ParseError{Line: 3, Column: 5, Field: "rating", Value: "NaN", Want: "a number", Reason: BadValue}},
	{name: "empty value", text: "1\t2\t3\t4\n1\t3\t\t5\n", want: ParseError{Line: 2, Column: 5, Field: "rating", Value: "", Want: "a number", Reason: BadValue}},
	{name: "time", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,3,soon\n", want: ParseError{Line: 3, Column: 7, Field: "timestamp", Value: "soon", Want: "seconds since 1970 from 0 to 4294967295, a date, or nothing", Reason: BadTime}},
	{name: "time before 1970", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,3,-1\n", want: ParseError{Line: 3, Column: 7, Field: "timestamp", Value: "-1", Want: "seconds since 1970 from 0 to 4294967295, a date, or nothing", Reason: BadTime}},
	{name: "time after 2106", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,3,4294967296\n", want: ParseError{Line: 3, Column: 7, Field: "timestamp", Value: "4294967296", Want: "seconds since 1970 from 0 to 4294967295, a date, or nothing", Reason: BadTime}},
	{name: "above the scale", text: "userId,movieId,rating,timestamp\n1,2,3.5,4\n1,4,0.5,4\n12,3,5.5,5\n", want: ParseError{Line: 4, Column: 6, Field: "rating", Value: "5.5", Want: "0.5 to 5", Reason: OutOfRange}},
	{name: "below the scale, in quotes", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,\"0\",5\n", want: ParseError{Line: 3, Column: 5, Field: "rating", Value: "0", Want: "1 to 5", Reason: OutOfRange}},
	{name: "outside the scale of MovieTweetings", text: "1::2::8::4\n1::4::9::4\n1::3::11::5\n", want: ParseError{Line: 3, Column: 7, Field: "rating", Value: "11", Want: "0 to 10", Reason: OutOfRange}},
	{name: "outside the scale of the caller", loader: Loader{Scale: Scale{Min: 2, Max: 4}}, text: "1\t2\t3\t4\n1\t3\t1\t5\n", want: ParseError{Line: 2, Column: 5, Field: "rating", Value: "1", Want: "2 to 4", Reason: OutOfRange}},
	{name: "quotes", text: "userId,movieId,rating,timestamp\n1,2,3,4\n\"1\"x,3,4,5\n", want: ParseError{Line: 3, Value: "\"1\"x,3,4,5", Want: "a quoted field closed before the separator", Reason: BadQuotes}},
	{name: "quotes that stay open", text: "user,item,rating,note\n1,2,3,ok\n1,3,4,\"open\n1,4,4,ok\n", want: ParseError{Line: 3, Value: "1,3,4,\"open", Want: "a quoted field closed before the separator", Reason: BadQuotes}},
	{name: "duplicate, older", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3,3,4\n1,2,5,3\n", want: ParseError{Line: 4, Value: "user 1, item 2", Want: "one rating a pair; line 2 is newer", Reason: Duplicate}},
	{name: "duplicate, same time", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,2,5,4\n", want: ParseError{Line: 2, Value: "user 1, item 2", Want: "one rating a pair; line 3 is newer", Reason: Duplicate}},
	{name: "long value", text: "userId,movieId,rating,timestamp\n1,2,3,4\n1,3," + strings.Repeat("é", 50) + ",5\n", want: ParseError{Line: 3, Column: 5, Field: "rating", Value: strings.Repeat("é", 40) + "...", Want: "a number", Reason: BadValue}},
	{name: "long line", text: "1\t2\t3\t4\n1\t3\t" + strings.Repeat("4", 3<<20) + "\n1\t4\t4\t5\n", want: ParseError{Line: 2, Value: "1\t3\t" + strings.Repeat("4", 36) + "...", Want: "at most 1048576 bytes", Reason: LineTooLong}},
	{name: "fault after lines in quotes", text: "user,item,rating,note\n1,2,3,\"two\nlines\"\n\n1,3,x,ok\n", want: ParseError{Line: 5, Column: 5, Field: "rating", Value: "x", Want: "a number", Reason: BadValue}},
}

func TestFaultsAreCountedAndStrictReturnsThem(t *testing.T) {
	for _, tt := range faultCases {
		t.Run(tt.name, func(t *testing.T) {
			r, report, err := readText(tt.loader, "set.csv", tt.text)
			require.NoError(t, err)
			require.NoError(t, r.Validate())
			drop := report.Drop(tt.want.Reason)
			require.EqualValues(t, 1, drop.Count, "%s", report)
			require.Equal(t, []int64{tt.want.Line}, drop.Lines)
			require.Equal(t, report.Read, report.Kept+report.DroppedRows())
			require.EqualValues(t, r.Len(), report.Kept)
			require.Contains(t, report.String(), string(tt.want.Reason))
			want := tt.want
			require.Equal(t, want.what(), drop.Example)

			strict := tt.loader
			strict.Strict = true
			_, _, err = readText(strict, "set.csv", tt.text)
			var fault *ParseError
			require.ErrorAs(t, err, &fault)
			want.File = "set.csv"
			require.Equal(t, want, *fault)
			require.Contains(t, err.Error(), fmt.Sprintf("set.csv:%d:", want.Line))
		})
	}
}

func TestStrictReturnsTheFirstFault(t *testing.T) {
	text := "userId,movieId,rating,timestamp\n1,2,3.5,4\n1,3,9,4\n1,2,3.5,5\nx,1,1,1\n"
	var fault *ParseError
	_, _, err := readText(Loader{Strict: true}, "f", text)
	require.ErrorAs(t, err, &fault)
	require.EqualValues(t, 2, fault.Line, "the duplicate stands before the value out of range and the id")
	_, _, err = readText(Loader{Strict: true}, "f", strings.Replace(text, "1,2,3.5,4", "1,7,3.5,4", 1))
	require.ErrorAs(t, err, &fault)
	require.EqualValues(t, 3, fault.Line)
}

func TestLinesSurviveSkippedRows(t *testing.T) {
	var b strings.Builder
	b.WriteString("userId,movieId,rating,timestamp\n")
	var want []int64
	line := int64(1)
	for i := range 200_000 { // several blocks
		line++
		switch {
		case i%1000 == 7:
			b.WriteString("bad\n")
		case i%1500 == 9:
			b.WriteString("\n")
		case i%2000 == 3:
			fmt.Fprintf(&b, "%d,1,9,\n", i)
		default:
			fmt.Fprintf(&b, "%d,1,3.5,\n", i)
			want = append(want, line)
		}
	}
	r, report, err := readText(Loader{}, "f", b.String())
	require.NoError(t, err)
	require.Equal(t, len(want), r.Len())
	require.EqualValues(t, 200, report.Drop(WrongFieldCount).Count)
	require.EqualValues(t, 100, report.Drop(OutOfRange).Count)
	require.Equal(t, []int64{9, 1009, 2009, 3009, 4009, 5009, 6009, 7009, 8009, 9009}, report.Drop(WrongFieldCount).Lines)
	walk := lineReader{m: r.lines}
	for i := range want {
		require.Equal(t, want[i], r.lines.line(int32(i)))
		require.Equal(t, want[i], walk.line(int32(i)))
	}
	require.Less(t, len(r.lines.runs), 1000, "a run for each gap, none for rows")
}

// TestSmallReads feeds the same file in pieces of any size.
func TestSmallReads(t *testing.T) {
	text := strings.Repeat("1,2,3,\"a\nb\"\n", 3)
	text = "user,item,rating,note\n" + text + "4,5,x,\"y\"\n"
	whole, want, err := readText(Loader{}, "f", text)
	require.NoError(t, err)
	r, report, err := Loader{}.Read(context.Background(), iotest.OneByteReader(strings.NewReader(text)), "f")
	require.NoError(t, err)
	require.Equal(t, want, report)
	require.Equal(t, entries(whole), entries(r))
}

func TestReadErrors(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		loader     Loader
		is         error
		says       string
	}{
		{name: "nothing", text: "", is: ErrEmpty, says: "holds no lines"},
		{name: "blank lines", text: "\n \n\n", is: ErrEmpty, says: "holds no lines"},
		{name: "header alone", text: "userId,movieId,rating,timestamp\n", is: ErrEmpty, says: "holds no ratings"},
		{name: "faults alone", text: "userId,movieId,rating,timestamp\nx,1,1,1\n", is: ErrEmpty, says: "none of 1 rows could be kept"},
		{name: "prose", text: "Dear all,\nhow are you?\n", is: ErrUnknownFormat, says: "MovieLens ratings"},
		{name: "catalogue", text: "movieId,title,genres\n1,Toy (1995),Comedy\n", is: ErrUnknownFormat, says: "no ratings"},
		{name: "people", text: "1::F::1::10::48067\n", is: ErrUnknownFormat, says: "holds people"},
		{name: "negatives", text: "(0,25)\t1\t2\t3\n", is: ErrUnknownFormat, says: "sampled negatives"},
		{name: "another format", loader: Loader{Format: FormatTabs}, text: "1::2::3::4\n", is: ErrUnknownFormat, says: "isn't that of"},
		{name: "missing column", loader: Loader{Columns: Columns{User: "a", Item: "b"}}, text: "a,c\n1,2\n", is: ErrUnknownFormat, says: `lacks one of the columns ["a" "b"]`},
		{name: "one column", loader: Loader{Columns: Columns{User: "a"}}, text: "a,c\n1,2\n", says: `Columns.Item ""`},
		{name: "separator", loader: Loader{Columns: Columns{User: "a", Item: "b", Separator: "--"}}, text: "a--b\n", says: "Columns.Separator"},
		{name: "columns of nothing", loader: Loader{Columns: Columns{User: "a", Item: "b"}}, text: "\n", is: ErrEmpty, says: "holds no lines"},
		{name: "filters too strong", loader: Loader{Cleaning: Cleaning{MinUserRatings: 3}}, text: "1\t2\t3\t4\n", is: ErrEmpty, says: "could be kept"},
		{name: "bad filter", loader: Loader{Cleaning: Cleaning{MinUserRatings: -3}}, text: "1\t2\t3\t4\n", says: "MinUserRatings is -3, want 0 or more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _, err := readText(tt.loader, "some.csv", tt.text)
			require.Nil(t, r)
			require.ErrorContains(t, err, tt.says)
			if tt.is != nil {
				require.ErrorIs(t, err, tt.is)
				require.ErrorContains(t, err, "some.csv")
			}
		})
	}
	broken := errors.New("cable pulled")
	_, _, err := Loader{}.Read(context.Background(), iotest.ErrReader(broken), "f")
	require.ErrorIs(t, err, broken)
	half := bytes.NewReader([]byte("1\t2\t3\t4\n1\t3\t3\t4\n"))
	_, _, err = Loader{}.Read(context.Background(), &failing{half, broken}, "f")
	require.ErrorIs(t, err, broken)
}

// failing fails where its reader ends.
type failing struct {
	r   *bytes.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.r.Len() == 0 {
		return 0, f.err
	}
	return f.r.Read(p)
}

func TestReadStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var seen []Progress
	l := Loader{Progress: func(p Progress) { seen = append(seen, p); cancel() }}
	_, _, err := l.Read(ctx, strings.NewReader("1\t1\t3\t4\n"+strings.Repeat("12345\t12345\t3\t881250949\n", 200_000)), "u.data")
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, seen, 1)
	require.Equal(t, "u.data", seen[0].File)
	require.Positive(t, seen[0].Rows)
	require.Positive(t, seen[0].Bytes)
}

func TestNotes(t *testing.T) {
	_, report, err := readText(Loader{}, "f", "userId,movieId,rating,timestamp\n1,2,3,\n1,3,3,5\n1,4,3,\n")
	require.NoError(t, err)
	require.Equal(t, []Note{{Text: "ratings have no time", Count: 2}}, report.Notes)
	require.EqualValues(t, 3, report.Kept)
	r, report, err := readText(Loader{}, "f", "userId,movieId,rating,timestamp\n1,2,3,\n")
	require.NoError(t, err)
	require.Nil(t, r.Time)
	require.Equal(t, []Note{{Text: "ratings have no time", Count: 1}}, report.Notes)
}
