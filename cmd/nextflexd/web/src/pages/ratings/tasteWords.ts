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
