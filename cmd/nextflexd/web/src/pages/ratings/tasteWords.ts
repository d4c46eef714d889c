import type { Group } from '../../api'
import type { TextId } from '../../texts'

/** How one's stars stand to other people's, in words. Less than a tenth of a star is none. */
export function generosity(generous: number): { id: TextId; stars: number } {
  const stars = Math.round(Math.abs(generous) * 10) / 10
  if (stars < 0.1) return { id: 'taste.even', stars }
  return { id: generous > 0 ? 'taste.generous' : 'taste.strict', stars }
}

/** How much one agrees with the others, by Pearson's correlation of one's stars with their means. */
export function agreement(correlation: number): TextId {
  if (correlation >= 0.6) return 'taste.agreeMuch'
  if (correlation >= 0.3) return 'taste.agreeSome'
  if (correlation > -0.1) return 'taste.agreeLittle'
  return 'taste.disagree'
}

// A tenth of a star more or less, from five films or more, is a leaning; three of them are told.
const leaning = 0.1
const fewest = 5
const told = 3

/** The genres that one likes more and less than other people do, the strongest first. */
export function leanings(genres: readonly Group[]): { more: string[]; less: string[] } {
  const known = genres.flatMap(({ name, liking, count }) => (liking !== undefined && Math.abs(liking) >= leaning && count >= fewest ? [{ name, liking }] : []))
  const names = (groups: typeof known) => groups.slice(0, told).map((group) => group.name)
  return {
    more: names(known.filter((group) => group.liking > 0).sort((a, b) => b.liking - a.liking)),
    less: names(known.filter((group) => group.liking < 0).sort((a, b) => a.liking - b.liking)),
  }
}
