import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Typography from '@mui/material/Typography'
import { useId } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { useWhyForMeQuery, type Reason, type Recommendation } from '../../api'
import { Failure, LinesSkeleton } from '../../components/states'
import { Stars } from '../../components/Stars'

/** WhyDialog takes a recommendation apart: what each of one's ratings adds to it, or takes from it. */
export default function WhyDialog({ film, onClose }: { film: Recommendation; onClose: () => void }) {
  const { formatMessage } = useIntl()
  const id = useId()
  const { currentData: why, error, refetch } = useWhyForMeQuery({ id: String(film.id) })
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <DialogTitle id={id} component="h2">
        {formatMessage({ id: 'why.of' }, { title: film.title })}
      </DialogTitle>
      <DialogContent>
        {error ? (
          <Failure error={error} retry={() => void refetch()} />
        ) : !why ? (
          <LinesSkeleton />
        ) : (
          <>
            <Typography sx={{ mb: 2 }}>
              <FormattedMessage id={why.kind === 'personal' ? 'why.personal' : 'why.content'} />
              {why.prediction !== undefined && (
                <>
                  {' '}
                  <FormattedMessage id="why.prediction" values={{ stars: <Stars value={why.prediction} /> }} />
                </>
              )}
            </Typography>
            <Parts title={<FormattedMessage id="why.rated" />} parts={why.rated} />
            <Parts title={<FormattedMessage id="why.shared" />} parts={why.shared} />
          </>
        )}
      </DialogContent>
      <DialogActions sx={{ p: 2 }}>
        <Button onClick={onClose}>
          <FormattedMessage id="common.close" />
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function Parts({ title, parts }: { title: React.ReactNode; parts: readonly Reason[] }) {
  const shown = [...parts].sort((a, b) => Math.abs(b.part) - Math.abs(a.part)).slice(0, 8)
  const most = Math.max(...shown.map((part) => Math.abs(part.part)))
  if (shown.length === 0) return null
  return (
    <>
      <Typography component="h3" sx={{ fontWeight: 600, mb: 1 }}>
        {title}
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, mb: 2 }}>
        {shown.map((part) => (
          <Box component="li" key={`${part.kind}-${part.name}`} sx={{ mb: 1 }}>
            <Typography variant="body2" sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}>
              <span>{part.name}</span>
              <Typography component="span" variant="body2" color="textSecondary">
                <FormattedMessage id={part.part >= 0 ? 'why.for' : 'why.against'} />
              </Typography>
            </Typography>
            <Box aria-hidden sx={{ height: 8, borderRadius: 4, width: `${Math.max(2, (Math.abs(part.part) / most) * 100)}%`, bgcolor: part.part >= 0 ? 'primary.main' : 'text.secondary' }} />
          </Box>
        ))}
      </Box>
    </>
  )
}
