import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import { FormattedNumber, useIntl } from 'react-intl'
import type { StarCount } from '../../api'

/** OwnHistogram shows how often one gave which stars; a bar shows only the films of it. */
export function OwnHistogram({ counts, chosen, onChoose }: { counts: readonly StarCount[]; chosen: number | undefined; onChoose: (stars: number) => void }) {
  const { formatMessage } = useIntl()
  const most = Math.max(...counts.map((one) => one.count))
  if (most <= 0) return null
  return (
    <Box role="group" aria-label={formatMessage({ id: 'ratings.histogram' })} sx={{ display: 'flex', alignItems: 'flex-end', gap: { xs: 0.5, sm: 1 }, maxWidth: 520, height: 132, mb: 3 }}>
      {counts.map(({ stars, count }) => (
        <ButtonBase
          key={stars}
          aria-pressed={chosen === stars}
          aria-label={formatMessage({ id: 'ratings.bar' }, { stars, count })}
          disabled={count === 0 && chosen !== stars}
          onClick={() => onChoose(stars)}
          sx={{ flex: 1, height: '100%', flexDirection: 'column', justifyContent: 'flex-end', borderRadius: 1, fontSize: '0.72rem', fontVariantNumeric: 'tabular-nums', '&:hover': { bgcolor: 'action.hover' } }}
        >
          <Box component="span" aria-hidden sx={{ color: 'text.secondary' }}>
            {count > 0 && <FormattedNumber value={count} />}
          </Box>
          <Box aria-hidden sx={{ width: '100%', height: `${(count / most) * 80}px`, minHeight: 2, borderRadius: '6px 6px 0 0', bgcolor: 'primary.main', opacity: chosen === undefined || chosen === stars ? 1 : 0.35 }} />
          <Box component="span" aria-hidden sx={{ pt: 0.5 }}>
            <FormattedNumber value={stars} />
          </Box>
        </ButtonBase>
      ))}
    </Box>
  )
}
