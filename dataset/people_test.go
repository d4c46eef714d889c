package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/dataset"
)

func files(list map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range list {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestPeopleComeWithTheSet(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []dataset.Person
	}{
		"ml-100k": {
			map[string]string{"set/u.data": "1\t2\t3\t4\n2\t2\t5\t4\n", "set/u.user": "2|53|F|other|94043\n1|24|M|technician|85711\n", "set/u.occupation": "other\n"},
			[]dataset.Person{{ID: dataset.Int(1), Age: 24, Gender: "M", Occupation: "technician"}, {ID: dataset.Int(2), Age: 53, Gender: "F", Occupation: "other"}},
		},
		"ml-1m": {
			map[string]string{"set/ratings.dat": "1::2::3::4\n", "set/users.dat": "1::F::1::10::48067\r\n"},
			[]dataset.Person{{ID: dataset.Int(1), Age: 1, Gender: "F", Occupation: "10"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			set, report, err := dataset.Loader{}.OpenFS(t.Context(), files(c.files), "set")
			require.NoError(t, err)
			require.Equal(t, c.want, set.People.Persons)
			require.Len(t, report.Parts, 1)
			require.EqualValues(t, len(c.want), report.Parts[0].Kept)
			who, at := set.People.ByID(dataset.Int(1))
			require.Equal(t, c.want[0], *who)
			require.Zero(t, at)
			who, at = set.People.ByID(dataset.Int(77))
			require.Nil(t, who)
			require.Equal(t, -1, at)
		})
	}
}

func TestPeopleOfOtherPaths(t *testing.T) {
	fsys := files(map[string]string{
		"one/u.data": "1\t2\t3\t4\n", "two/u.data": "1\t2\t3\t4\n", "two/u.user": "1|24|M|technician|85711\n",
		"u.user": "1|30|F|writer|1\n", "again": "1|31|F|writer|1\n",
	})
	set, _, err := dataset.Loader{}.OpenFS(t.Context(), fsys, "one", "two")
	require.NoError(t, err)
	require.Nil(t, set.People, "user 1 of another set is somebody else")
	require.Zero(t, set.People.Len())
	set, report, err := dataset.Loader{}.OpenFS(t.Context(), fsys, "one", "u.user", "again")
	require.NoError(t, err)
	require.Equal(t, 30, set.People.Persons[0].Age)
	require.Contains(t, report.String(), "a further file of people not read: again")
	_, _, err = dataset.Loader{}.OpenFS(t.Context(), fsys, "u.user")
	require.ErrorIs(t, err, dataset.ErrUnknownFormat)
}

func TestPeopleFaults(t *testing.T) {
	text := "1|24|M|technician|85711\n2|53|F|other\nx|24|M|other|1\n3|200|M|other|1\n4|-|M|other|1\n1|24|M|other|1\n5|24|M|other|1\n"
	fsys := files(map[string]string{"set/u.data": "1\t2\t3\t4\n", "set/u.user": text})
	set, report, err := dataset.Loader{}.OpenFS(t.Context(), fsys, "set")
	require.NoError(t, err)
	require.Equal(t, 2, set.People.Len())
	part := report.Parts[0]
	require.EqualValues(t, 7, part.Read)
	require.EqualValues(t, 2, part.Drop(dataset.BadField).Count)
	for reason, want := range map[dataset.Reason]string{
		dataset.WrongFieldCount: "want 5 fields (user|age|gender|occupation|zip), not 4",
		dataset.BadUser:         "want an integer of 0 or more",
		dataset.BadField:        "want years from 0 to 150",
		dataset.Duplicate:       "want one line a user",
	} {
		require.Contains(t, part.Drop(reason).Example, want, reason)
	}
	_, _, err = dataset.Loader{Strict: true}.OpenFS(context.Background(), fsys, "set")
	var bad *dataset.ParseError
	require.True(t, errors.As(err, &bad))
	require.EqualValues(t, 2, bad.Line)
	require.Contains(t, bad.Error(), "u.user")
}

func TestNewPeopleRefusesTwins(t *testing.T) {
	_, err := dataset.NewPeople([]dataset.Person{{ID: dataset.Int(3)}, {ID: dataset.Int(3)}})
	require.EqualError(t, err, "dataset: person 3 stands twice")
}

func TestPeopleFeatures(t *testing.T) {
	people, err := dataset.NewPeople([]dataset.Person{
		{ID: dataset.Int(1), Age: 17, Gender: "M", Occupation: "writer"},
		{ID: dataset.Int(2), Age: 18, Gender: "F", Occupation: "artist"},
		{ID: dataset.Int(3), Age: 73},
		{ID: dataset.Int(9), Age: 44, Gender: "M", Occupation: "writer"},
	})
	require.NoError(t, err)
	users, err := dataset.NewIndex([]int64{3, 2, 1, 4})
	require.NoError(t, err)
	// Columns: F, M; under 18, from 18, from 35, from 56; artist, writer.
	require.Equal(t, &dataset.CSR{
		Ptr:   []int64{0, 1, 4, 7, 7},
		Index: []int32{5, 0, 3, 6, 1, 2, 7},
		Value: []float32{1, 1, 1, 1, 1, 1, 1},
	}, people.Features(users))
	require.Equal(t, []int64{0, 0, 0, 0, 0}, (*dataset.People)(nil).Features(users).Ptr)
}

func ExamplePeople_Features() {
	people, err := dataset.NewPeople([]dataset.Person{
		{ID: dataset.Int(1), Age: 24, Gender: "M", Occupation: "technician"},
		{ID: dataset.Int(2), Age: 53, Gender: "F", Occupation: "other"},
	})
	if err != nil {
		panic(err)
	}
	x := people.Features(dataset.SequentialIndex(1, 2))
	columns, _ := x.Row(0)
	fmt.Println(columns) // a man, from 18 to 24, a technician
	// Output: [1 2 5]
}
