package store

import (
	"context"
	"database/sql"
	"time"
)

// The states of a job.
const (
	JobQueued    = "queued"
	JobRunning   = "running"
	JobDone      = "done"
	JobFailed    = "failed"
	JobCancelled = "cancelled"
)

// Job is long work that the daemon does beside its answers.
type Job struct {
	ID         int64
	Kind       string
	State      string
	Progress   float64 // 0 to 1
	Detail     string  // what is being done, for people
	Argument   string  // JSON
	Result     string  // JSON, empty before the end
	Error      string
	CreatedBy  int64 // 0 for the daemon itself
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
}

const jobColumns = "id, kind, state, progress, detail, argument, result, error, created_by, created_at, started_at, finished_at"

func scanJob(row scanner) (Job, error) {
	var j Job
	var by sql.NullInt64
	err := row.Scan(&j.ID, &j.Kind, &j.State, &j.Progress, &j.Detail, &j.Argument, &j.Result, &j.Error, &by, moment{&j.CreatedAt}, moment{&j.StartedAt}, moment{&j.FinishedAt})
	j.CreatedBy = by.Int64
	return j, err
}

// AddJob queues a job and returns it with its id.
func (q Queries) AddJob(ctx context.Context, kind, argument string, by int64) (Job, error) {
	j := Job{Kind: kind, State: JobQueued, Argument: argument, CreatedBy: by, CreatedAt: q.Now()}
	id, err := q.insert(ctx, "queueing a job", "INSERT INTO jobs (kind, state, progress, detail, argument, result, error, created_by, created_at) VALUES ("+marks(9)+")",
		kind, JobQueued, 0.0, "", argument, "", "", sql.NullInt64{Int64: by, Valid: by != 0}, millis(j.CreatedAt))
	j.ID = id
	return j, err
}

// Job returns a job.
func (q Queries) Job(ctx context.Context, id int64) (Job, error) {
	return one(ctx, q, "reading a job", scanJob, "SELECT "+jobColumns+" FROM jobs WHERE id = ?", id)
}

// Jobs returns jobs before an id (0 for the newest), newest first, of a state
// and a kind where these aren't empty.
func (q Queries) Jobs(ctx context.Context, before int64, state, kind string, limit int) ([]Job, error) {
	return all(ctx, q, "listing jobs", scanJob, "SELECT "+jobColumns+" FROM jobs WHERE (? = 0 OR id < ?) AND (? = '' OR state = ?) AND (? = '' OR kind = ?) ORDER BY id DESC LIMIT ?",
		before, before, state, state, kind, kind, limit)
}

// OldestQueued returns the jobs that wait, oldest first.
func (q Queries) OldestQueued(ctx context.Context, limit int) ([]Job, error) {
	return all(ctx, q, "listing queued jobs", scanJob, "SELECT "+jobColumns+" FROM jobs WHERE state = ? ORDER BY id LIMIT ?", JobQueued, limit)
}

// UnfinishedJobs counts the jobs of a kind that wait or run.
func (q Queries) UnfinishedJobs(ctx context.Context, kind string) (int64, error) {
	return q.number(ctx, "counting jobs", "SELECT COUNT(*) FROM jobs WHERE kind = ? AND state IN (?, ?)", kind, JobQueued, JobRunning)
}

// ClaimJob takes a queued job to run it. ErrNotFound says that another daemon of
// the site has taken it, or that it was cancelled.
func (q Queries) ClaimJob(ctx context.Context, id int64) error {
	return q.execOne(ctx, "taking a job", "UPDATE jobs SET state = ?, started_at = ?, alive_at = ? WHERE id = ? AND state = ?", JobRunning, millis(q.Now()), millis(q.Now()), id, JobQueued)
}

// SetJobProgress notes how far a running job is.
func (q Queries) SetJobProgress(ctx context.Context, id int64, progress float64, detail string) error {
	_, err := q.exec(ctx, "noting progress", "UPDATE jobs SET progress = ?, detail = ? WHERE id = ? AND state = ?", progress, cut(detail, 500), id, JobRunning)
	return err
}

// KeepJob notes that a job is being run. ErrNotFound says that it is no longer
// said to run.
func (q Queries) KeepJob(ctx context.Context, id int64) error {
	return q.execOne(ctx, "noting that a job runs", "UPDATE jobs SET alive_at = ? WHERE id = ? AND state = ?", millis(q.Now()), id, JobRunning)
}

// FailDead marks as failed the jobs that are said to run, and that nobody has said
// to run since a time. It returns how many there were.
func (q Queries) FailDead(ctx context.Context, since time.Time, why string) (int64, error) {
	return q.exec(ctx, "marking jobs of a dead daemon", "UPDATE jobs SET state = ?, error = ?, finished_at = ? WHERE state = ? AND COALESCE(alive_at, started_at) < ?", JobFailed, why, millis(q.Now()), JobRunning, millis(since))
}

// FinishJob notes how a running job ended.
func (q Queries) FinishJob(ctx context.Context, id int64, state, result, failure string) error {
	progress := ""
	if state == JobDone {
		progress = "progress = 1, "
	}
	return q.execOne(ctx, "finishing a job", "UPDATE jobs SET "+progress+"state = ?, result = ?, error = ?, finished_at = ? WHERE id = ? AND state = ?", state, result, cut(failure, 1000), millis(q.Now()), id, JobRunning)
}

// CancelQueued cancels a job that hasn't begun. ErrNotFound says that it has.
func (q Queries) CancelQueued(ctx context.Context, id int64) error {
	return q.execOne(ctx, "cancelling a job", "UPDATE jobs SET state = ?, finished_at = ? WHERE id = ? AND state = ?", JobCancelled, millis(q.Now()), id, JobQueued)
}

// FailRunning marks every job as failed that is said to run: called when no
// daemon runs any. It returns how many there were.
func (q Queries) FailRunning(ctx context.Context, why string) (int64, error) {
	return q.exec(ctx, "marking interrupted jobs", "UPDATE jobs SET state = ?, error = ?, finished_at = ? WHERE state = ?", JobFailed, why, millis(q.Now()), JobRunning)
}

// ForgetJobs deletes jobs that finished before a time.
func (q Queries) ForgetJobs(ctx context.Context, before time.Time) (int64, error) {
	return q.exec(ctx, "forgetting jobs", "DELETE FROM jobs WHERE finished_at < ?", millis(before))
}

// LastJob returns the newest job of a kind.
func (q Queries) LastJob(ctx context.Context, kind string) (Job, error) {
	return one(ctx, q, "reading the newest job", scanJob, "SELECT "+jobColumns+" FROM jobs WHERE kind = ? ORDER BY id DESC LIMIT 1", kind)
}
