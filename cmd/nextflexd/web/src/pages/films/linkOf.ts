/** linkOf returns the page of a film: one of TMDB's lists may be unknown to the site's own set. */
export function linkOf(film: { id?: number | string; tmdbId?: number }): string {
  return film.id === undefined ? `/tmdb/${film.tmdbId}` : `/movies/${encodeURIComponent(film.id)}`
}

/** keyOf tells films of a list apart. */
export function keyOf(film: { id?: number | string; tmdbId?: number }): string {
  return film.id === undefined ? `tmdb-${film.tmdbId}` : String(film.id)
}
