import StarIcon from '@mui/icons-material/StarRounded'
import Box from '@mui/material/Box'
import { FormattedNumber, useIntl } from 'react-intl'

/** Stars shows a number of stars as one star with the number beside it. */
export function Stars({ value, size = 'inherit' }: { value: number; size?: string }) {
  const { formatMessage } = useIntl()
  return (
    <Box component="span" role="img" aria-label={formatMessage({ id: 'stars.of' }, { stars: value })} sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.25, fontWeight: 600, fontSize: size, fontVariantNumeric: 'tabular-nums' }}>
      <StarIcon aria-hidden sx={{ fontSize: '1.15em', color: 'primary.main' }} />
      <FormattedNumber value={value} minimumFractionDigits={1} maximumFractionDigits={1} />
    </Box>
  )
}
