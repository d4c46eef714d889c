import CloseIcon from '@mui/icons-material/Close'
import StarBorderIcon from '@mui/icons-material/StarBorderRounded'
import StarIcon from '@mui/icons-material/StarRounded'
import Box from '@mui/material/Box'
import IconButton from '@mui/material/IconButton'
import Rating from '@mui/material/Rating'
import { useId } from 'react'
import { useIntl } from 'react-intl'

/**
 * StarInput takes half stars by mouse, touch and the arrow keys. value is null
 * where nothing is given; onChange gets null to take the rating back.
 */
export function StarInput({ value, onChange, label, size = 'medium', clearable = false, disabled }: { value: number | null; onChange: (stars: number | null) => void; label: string; size?: 'small' | 'medium' | 'large'; clearable?: boolean; disabled?: boolean }) {
  const { formatMessage } = useIntl()
  const name = useId()
  return (
    <Box role="group" aria-label={label} sx={{ display: 'inline-flex', alignItems: 'center' }}>
      <Rating
        name={name}
        value={value}
        precision={0.5}
        size={size}
        disabled={disabled}
        onChange={(_, stars) => onChange(stars)}
        getLabelText={(stars) => formatMessage({ id: 'stars.value' }, { stars })}
        emptyLabelText={formatMessage({ id: 'stars.empty' })}
        icon={<StarIcon fontSize="inherit" />}
        emptyIcon={<StarBorderIcon fontSize="inherit" />}
        sx={{ color: 'primary.main', '& .MuiRating-iconEmpty': { color: 'text.secondary' } }}
      />
      {clearable && value !== null && (
        <IconButton size="small" onClick={() => onChange(null)} aria-label={formatMessage({ id: 'stars.clear' })} disabled={disabled}>
          <CloseIcon fontSize="small" />
        </IconButton>
      )}
    </Box>
  )
}
