/** starsOf takes the stars that a list is narrowed to from its address: half stars, and nothing else. */
export function starsOf(params: URLSearchParams): number | undefined {
  const stars = Number(params.get('stars'))
  return stars >= 0.5 && stars <= 5 && Number.isInteger(stars * 2) ? stars : undefined
}
