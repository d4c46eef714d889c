package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/auth"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/backup"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func init() {
	only := func(id, path, body string, status int, with func(*testing.T, *site, person) map[string]string) cell {
		return cell{id: id, path: path, body: body, with: with, guest: 401, owner: 403, other: 403, staff: status, expired: 401}
	}
	aJob := func(t *testing.T, s *site, _ person) map[string]string {
		job, err := s.db.AddJob(t.Context(), "nothing", "{}", 0)
		require.NoError(t, err)
		return map[string]string{"job": strconv.FormatInt(job.ID, 10)}
	}
	failed := func(t *testing.T, s *site, _ person) map[string]string {
		job, err := s.db.AddJob(t.Context(), "failing", "{}", 0)
		require.NoError(t, err)
		require.NoError(t, s.db.CancelQueued(t.Context(), job.ID))
		return map[string]string{"job": strconv.FormatInt(job.ID, 10)}
	}
	listed(
		only("dashboard", "/api/v1/admin/dashboard", "", 200, nil),
		only("dashboard-series", "/api/v1/admin/dashboard/users?by=week", "", 200, nil),
		only("list-tables", "/api/v1/admin/tables", "", 200, nil),
		only("read-table", "/api/v1/admin/tables/users", "", 200, nil),
		only("export-table", "/api/v1/admin/tables/users/csv", "", 200, nil),
		only("find-users", "/api/v1/admin/users", "", 200, nil),
		only("get-user", "/api/v1/admin/users/{id}", "", 200, own),
		only("change-user", "/api/v1/admin/users/{id}", `{"blocked":true}`, 200, own),
		only("end-user-sessions", "/api/v1/admin/users/{id}/sessions", "", 204, own),
		only("delete-user", "/api/v1/admin/users/{id}", "", 204, own),
		only("read-audit-log", "/api/v1/admin/audit", "", 200, nil),
		only("list-jobs", "/api/v1/admin/jobs", "", 200, nil),
		only("start-job", "/api/v1/admin/jobs", `{"kind":"unknown"}`, 404, nil),
		only("get-job", "/api/v1/admin/jobs/{job}", "", 200, aJob),
		only("cancel-job", "/api/v1/admin/jobs/{job}", "", 204, aJob),
		only("list-models", "/api/v1/admin/models", "", 200, nil),
		only("train-model", "/api/v1/admin/models", `{"factors":8}`, 202, nil),
		only("activate-model", "/api/v1/admin/models/99/activate", "", 404, nil),
		only("roll-back-model", "/api/v1/admin/models/rollback", "", 404, nil),
		only("delete-model", "/api/v1/admin/models/99", "", 404, nil),
		only("list-backups", "/api/v1/admin/backups", "", 200, nil),
		only("make-backup", "/api/v1/admin/backups", "", 202, nil),
		only("get-backup", "/api/v1/admin/backups/none.zip", "", 404, nil),
		only("delete-backup", "/api/v1/admin/backups/none.zip", "", 404, nil),
		only("retry-job", "/api/v1/admin/jobs/{job}/retry", "", 404, failed),
	)
}

// seen asks and decodes an answer that must be of a status.
func seen[T any](t *testing.T, s *site, who person, method, path, body string, status int) T {
	t.Helper()
	answer := s.ask(t, who, method, path, body)
	require.Equal(t, status, answer.Code, answer.Body.String())
	var v T
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &v))
	return v
}

func TestDashboard(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root := s.staff(t, "root")
		s.user(t, "ada")
		d := seen[api.Dashboard](t, s, root, "GET", "/api/v1/admin/dashboard", "", 200)
		require.Equal(t, int64(2), d.People.Users)
		require.Equal(t, int64(1), d.People.Staff)
		require.Equal(t, int64(2), d.People.Sessions)
		require.Equal(t, "demo", d.Serving.DataSet)
		require.Positive(t, d.Database.Bytes)
		s.clock.Advance(40 * 24 * time.Hour)
		root = s.staff(t, "root2")
		for by, want := range map[string]int{"day": 61, "week": 9, "month": 3} {
			series := seen[api.SeriesAnswer](t, s, root, "GET", "/api/v1/admin/dashboard/users?days=61&by="+by, "", 200)
			total := int64(0)
			for i, p := range series.Points {
				total += p.Count
				require.True(t, i == 0 || series.Points[i-1].From < p.From)
			}
			require.Equal(t, int64(3), total, by)
			require.InDelta(t, want, len(series.Points), 1, by)
		}
	})
}

// TestNoSecretLeavesTheTables plants a secret in every column that holds one and
// looks for them in all that the staff can see.
func TestNoSecretLeavesTheTables(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root := s.staff(t, "root")
		u, err := s.db.CreateUser(t.Context(), store.User{Email: "ada@example.org", PasswordHash: "sesame-hash", Active: true})
		require.NoError(t, err)
		require.NoError(t, s.db.BeginTOTP(t.Context(), u.ID, []byte("sesame-totp")))
		require.NoError(t, s.db.ReplaceRecoveryCodes(t.Context(), u.ID, []string{"sesame-recovery"}))
		require.NoError(t, s.db.CreateSession(t.Context(), store.Session{ID: "sesame-session", UserID: u.ID, Kind: store.SessionAPI, ExpiresAt: s.clock.Now().Add(time.Hour)}))
		require.NoError(t, s.db.AddOneTimeToken(t.Context(), store.OneTimeToken{Hash: "sesame-token", Purpose: auth.Activation, UserID: u.ID, ExpiresAt: s.clock.Now().Add(time.Hour)}))
		require.NoError(t, s.db.AddSigningKey(t.Context(), auth.Key{ID: "sesame-key", Purpose: "x", Secret: []byte("sesame-secret"), CreatedAt: s.clock.Now()}))
		tables := seen[struct{ Items []api.TableInfo }](t, s, root, "GET", "/api/v1/admin/tables", "", 200)
		require.Greater(t, len(tables.Items), 8)
		for _, table := range tables.Items {
			for _, path := range []string{"", "?q=sesame", "/csv"} {
				answer := s.ask(t, root, "GET", "/api/v1/admin/tables/"+table.Name+path, "")
				require.Equal(t, 200, answer.Code, answer.Body.String())
				require.NotContains(t, answer.Body.String(), "sesame", table.Name)
			}
		}
		for _, path := range []string{"/api/v1/admin/dashboard", "/api/v1/admin/users", "/api/v1/admin/audit"} {
			require.NotContains(t, s.ask(t, root, "GET", path, "").Body.String(), "sesame", path)
		}
		for _, name := range []string{"signing_keys", "one_time_tokens", "recovery_codes", "goose_db_version", "users;--", "sqlite_master"} {
			require.Equal(t, 404, s.ask(t, root, "GET", "/api/v1/admin/tables/"+name, "").Code, name)
		}
	})
}

func TestTablePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root := s.staff(t, "root")
		for i := range 5 {
			s.user(t, fmt.Sprint("user", i))
		}
		page := seen[api.TablePage](t, s, root, "GET", "/api/v1/admin/tables/users?filter=role:eq:user&filter=email:contains:USER&sort=-id&offset=1&limit=2", "", 200)
		require.Equal(t, int64(5), page.Total)
		require.Equal(t, []any{"user3@example.org", "user2@example.org"}, []any{page.Rows[0]["email"], page.Rows[1]["email"]})
		for _, query := range []string{"filter=password_hash:eq:x", "filter=id:eq:x", "sort=password_hash", "sort=-", "limit=0", "filter=nonsense"} {
			answer := s.ask(t, root, "GET", "/api/v1/admin/tables/users?"+query, "")
			require.Contains(t, []int{422, 200}, answer.Code, query)
			require.Equal(t, query == "sort=-", answer.Code == 200, "%s: %s", query, answer.Body)
		}
		require.Equal(t, 422, s.ask(t, root, "GET", "/api/v1/admin/tables/users/csv?sort=password_hash", "").Code)
	})
}

// TestCSVHoldsNoFormulas: what people have written doesn't run in the staff's
// spreadsheets.
func TestCSVHoldsNoFormulas(t *testing.T) {
	s := newSite(t)
	root := s.staff(t, "root")
	for i, name := range []string{"=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx", "plain, \"quoted\"\nname"} {
		_, err := s.db.CreateUser(t.Context(), store.User{Email: fmt.Sprint(i, "@example.org"), FirstName: name})
		require.NoError(t, err)
	}
	answer := s.ask(t, root, "GET", "/api/v1/admin/tables/users/csv?filter=role:eq:user&sort=id", "")
	require.Contains(t, answer.Header().Get("Content-Disposition"), `filename="users-2026-01-01.csv"`)
	records, err := csv.NewReader(strings.NewReader(answer.Body.String())).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 7)
	require.Equal(t, "first_name", records[0][2])
	for _, record := range records[1:6] {
		require.True(t, strings.HasPrefix(record[2], "'"), record[2])
	}
	require.Equal(t, "plain, \"quoted\"\nname", records[6][2])
	log := seen[struct{ Items []api.AuditLine }](t, s, root, "GET", "/api/v1/admin/audit?action=table.", "", 200)
	require.Len(t, log.Items, 1)
	require.Equal(t, "root@example.org", log.Items[0].Actor)
}

func TestStaffManagesUsers(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root, ada := s.staff(t, "root"), s.user(t, "ada")
		path := "/api/v1/admin/users/" + strconv.FormatInt(ada.id, 10)
		u := seen[api.ManagedUser](t, s, root, "PATCH", path, `{"blocked":true,"reason":"spam"}`, 200)
		require.NotNil(t, u.BlockedAt)
		require.Equal(t, 401, s.ask(t, ada, "GET", "/api/v1/me", "").Code)
		require.Equal(t, 401, s.ask(t, guest, "POST", "/auth/jwt/create/", `{"email":"ada@example.org","password":"`+password+`"}`).Code)
		u = seen[api.ManagedUser](t, s, root, "PATCH", path, `{"blocked":false,"role":"staff"}`, 200)
		require.Nil(t, u.BlockedAt)
		require.Equal(t, "staff", u.Role)
		log := seen[struct{ Items []api.AuditLine }](t, s, root, "GET", "/api/v1/admin/audit?target=user+"+strconv.FormatInt(ada.id, 10), "", 200)
		require.Len(t, log.Items, 2)
		require.Equal(t, map[string]any{"blocked": true, "reason": "spam"}, log.Items[1].Details)

		// Two of the staff: one may go, the last may not.
		own := "/api/v1/admin/users/" + strconv.FormatInt(root.id, 10)
		require.Equal(t, 200, s.ask(t, root, "PATCH", path, `{"role":"user"}`).Code)
		for _, body := range []string{`{"role":"user"}`, `{"blocked":true}`} {
			require.Equal(t, 409, s.ask(t, root, "PATCH", own, body).Code)
		}
		require.Equal(t, 409, s.ask(t, root, "DELETE", own, "").Code)
		require.Equal(t, 204, s.ask(t, root, "DELETE", path, "").Code)
		require.Equal(t, 404, s.ask(t, root, "GET", path, "").Code)
		require.Equal(t, 422, s.ask(t, root, "PATCH", own, `{"email":"x@example.org"}`).Code)

		first := seen[struct {
			Items []api.ManagedUser
			Next  int64
		}](t, s, root, "GET", "/api/v1/admin/users?limit=1", "", 200)
		require.Len(t, first.Items, 1)
		require.Zero(t, first.Next)
	})
}

func TestStaffRunsJobs(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root := s.staff(t, "root")
		job := seen[api.Job](t, s, root, "POST", "/api/v1/admin/jobs", `{"kind":"nothing"}`, 202)
		require.Equal(t, "queued", job.State)
		require.Equal(t, root.id, job.CreatedBy)
		require.Equal(t, 409, s.ask(t, root, "POST", "/api/v1/admin/jobs", `{"kind":"nothing"}`).Code)
		path := "/api/v1/admin/jobs/" + strconv.FormatInt(job.ID, 10)
		require.Equal(t, 409, s.ask(t, root, "POST", path+"/retry", "").Code, "it hasn't failed")
		require.Equal(t, 204, s.ask(t, root, "DELETE", path, "").Code)
		require.Equal(t, 409, s.ask(t, root, "DELETE", path, "").Code)
		again := seen[api.Job](t, s, root, "POST", path+"/retry", "", 202)
		require.NoError(t, s.jobs.Start(t.Context()))
		defer s.jobs.Stop()
		require.Eventually(t, func() bool {
			job = seen[api.Job](t, s, root, "GET", "/api/v1/admin/jobs/"+strconv.FormatInt(again.ID, 10), "", 200)
			return job.State == "done"
		}, 2*time.Minute, 5*time.Millisecond)
		require.Equal(t, map[string]any{"n": 1.0}, job.Result)
		list := seen[struct {
			Items []api.Job
			Kinds []string
		}](t, s, root, "GET", "/api/v1/admin/jobs?state=cancelled", "", 200)
		require.Len(t, list.Items, 1)
		require.Equal(t, []string{"backup", "nothing", "train"}, list.Kinds)
	})
}

func TestStaffManagesModels(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root := s.staff(t, "root")
		job := seen[api.Job](t, s, root, "POST", "/api/v1/admin/models", `{"factors":6,"iterations":2}`, 202)
		require.Equal(t, api.TrainJob, job.Kind)
		require.Equal(t, 422, s.ask(t, root, "POST", "/api/v1/admin/models", `{"factors":1000}`).Code)
		_, err := s.models.Train(t.Context(), models.Settings{Factors: 6, Iterations: 2}, root.id, func(float64, string) {})
		require.NoError(t, err)
		list := seen[struct{ Items []api.TrainedModel }](t, s, root, "GET", "/api/v1/admin/models", "", 200).Items
		require.Len(t, list, 1)
		require.Equal(t, 6.0, list[0].Config["factors"])
		require.Contains(t, list[0].Metrics, "rmse")
		require.False(t, list[0].Active)
		path := "/api/v1/admin/models/" + strconv.FormatInt(list[0].ID, 10)
		m := seen[api.TrainedModel](t, s, root, "POST", path+"/activate", "", 200)
		require.True(t, m.Active && m.Serving)
		require.Equal(t, 6, seen[api.About](t, s, guest, "GET", "/api/v1/about", "", 200).Factors, "it is in service")
		require.Equal(t, 404, s.ask(t, root, "DELETE", path, "").Code, "it is active")
		log := seen[struct{ Items []api.AuditLine }](t, s, root, "GET", "/api/v1/admin/audit?action=model.activate", "", 200)
		require.Equal(t, "root@example.org", log.Items[0].Actor)
	})
}

func TestStaffBacksUp(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		root := s.staff(t, "root")
		s.user(t, "ada")
		require.NoError(t, s.jobs.Start(t.Context()))
		defer s.jobs.Stop()
		job := seen[api.Job](t, s, root, "POST", "/api/v1/admin/backups", "", 202)
		require.Eventually(t, func() bool {
			job = seen[api.Job](t, s, root, "GET", "/api/v1/admin/jobs/"+strconv.FormatInt(job.ID, 10), "", 200)
			return job.State == "done" || job.State == "failed"
		}, 2*time.Minute, 5*time.Millisecond)
		require.Equal(t, "done", job.State, job.Error)
		list := seen[struct{ Items []api.Backup }](t, s, root, "GET", "/api/v1/admin/backups", "", 200).Items
		require.Len(t, list, 1)
		require.Equal(t, "site-20260101-120000.zip", list[0].Name)
		path := "/api/v1/admin/backups/" + list[0].Name
		answer := s.ask(t, root, "GET", path, "")
		require.Equal(t, 200, answer.Code)
		require.Equal(t, list[0].Bytes, int64(answer.Body.Len()))
		manifest, err := backup.Verify(t.Context(), bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()), backup.RestoreOptions{})
		require.NoError(t, err)
		require.NotEmpty(t, manifest.Tables)
		for _, name := range []string{"..%2F..%2Fmedia", ".zip", "UPPER.zip"} {
			require.Contains(t, []int{404, 422}, s.ask(t, root, "GET", "/api/v1/admin/backups/"+name, "").Code, name)
		}
		require.Equal(t, 204, s.ask(t, root, "DELETE", path, "").Code)
		require.Equal(t, 404, s.ask(t, root, "GET", path, "").Code)
	})
}
