import Box from '@mui/material/Box'
import Link from '@mui/material/Link'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink } from 'react-router'
import { useAboutQuery, usePredictMyRatingQuery, type MovieDetail, type Prediction } from '../../api'
import { Stars } from '../../components/Stars'
import { useAccount } from '../../session/useAccount'
import { Simulated } from './Simulated'

/** Opinion sets what all people think of a film beside what this person is expected to. */
export function Opinion({ film, id }: { film: MovieDetail; id: string }) {
  const { formatMessage } = useIntl()
  const { account } = useAccount()
  const about = useAboutQuery()
  const { currentData, isFetching } = usePredictMyRatingQuery({ id }, { skip: !account })
  return (
    <Box component="section" aria-label={formatMessage({ id: 'opinion.title' })} sx={{ bgcolor: 'background.paper', borderRadius: 3, p: { xs: 2.5, md: 3 }, minHeight: { xs: 232, sm: 0 } }}>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: { xs: 2.5, sm: 5 } }}>
        <Voice title={<FormattedMessage id="opinion.crowd" />}>
          {film.weighted ? (
            <>
              <Stars value={film.weighted} size="1.7rem" />
              <Typography variant="body2" color="textSecondary">
                <FormattedMessage id="opinion.votes" values={{ votes: film.vote_count }} />
              </Typography>
            </>
          ) : (
            <Typography color="textSecondary">
              <FormattedMessage id="opinion.noVotes" />
            </Typography>
          )}
        </Voice>
        <Voice title={<FormattedMessage id="opinion.you" />}>{account ? <Yours prediction={currentData} busy={isFetching} /> : <GuestHint />}</Voice>
        {about.data?.simulated && (
          <Box sx={{ ml: { sm: 'auto' } }}>
            <Simulated />
          </Box>
        )}
      </Stack>
      <Scale crowd={film.weighted} prediction={account ? currentData : undefined} />
    </Box>
  )
}

function Voice({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography component="h2" sx={{ fontSize: '0.85rem', fontWeight: 600, color: 'text.secondary', mb: 0.5 }}>
        {title}
      </Typography>
      {children}
    </Box>
  )
}

function Yours({ prediction, busy }: { prediction: Prediction | undefined; busy: boolean }) {
  if (!prediction) return busy ? <Skeleton width={120} height={40} /> : <FormattedMessage id="opinion.unknown" />
  if (prediction.prediction === undefined) {
    return (
      <Typography color="textSecondary">
        <FormattedMessage id={prediction.based_on === 0 ? 'opinion.rateFirst' : 'opinion.unknown'} />
      </Typography>
    )
  }
  return (
    <>
      <Stars value={prediction.prediction} size="1.7rem" />
      <Typography variant="body2" color="textSecondary">
        {prediction.interval ? (
          <FormattedMessage id="opinion.interval" values={{ low: prediction.interval.low, high: prediction.interval.high, part: Math.round(prediction.interval.coverage * 100), ratings: prediction.based_on }} />
        ) : (
          <FormattedMessage id="opinion.basedOn" values={{ ratings: prediction.based_on }} />
        )}
      </Typography>
    </>
  )
}

function GuestHint() {
  return (
    <Typography color="textSecondary" sx={{ maxWidth: '34ch' }}>
      <FormattedMessage
        id="opinion.guest"
        values={{
          link: (text) => (
            <Link component={RouterLink} to="/for-you" key="link">
              {text}
            </Link>
          ),
        }}
      />
    </Typography>
  )
}

const place = (stars: number) => `${((stars - 0.5) / 4.5) * 100}%`

/** Scale draws both opinions on one line from half a star to five; the numbers above say the same in words. */
function Scale({ crowd, prediction }: { crowd: number | undefined; prediction: Prediction | undefined }) {
  const { interval, prediction: mine } = prediction ?? {}
  if (!crowd && mine === undefined) return null
  return (
    <Box aria-hidden sx={{ mt: 2.5, mx: 1 }}>
      <Box sx={{ position: 'relative', height: 10, borderRadius: 5, bgcolor: 'action.selected' }}>
        {interval && <Box sx={{ position: 'absolute', insetBlock: 0, left: place(interval.low), width: `calc(${place(interval.high)} - ${place(interval.low)})`, borderRadius: 5, bgcolor: 'primary.main', opacity: 0.4 }} />}
        {mine !== undefined && <Box sx={{ position: 'absolute', top: -3, left: place(mine), width: 16, height: 16, ml: -1, borderRadius: '50%', bgcolor: 'primary.main' }} />}
        {crowd ? <Box sx={{ position: 'absolute', top: -5, left: place(crowd), width: 4, height: 20, ml: '-2px', borderRadius: 1, bgcolor: 'text.primary' }} /> : null}
      </Box>
      <Stack direction="row" sx={{ mt: 1, gap: 2.5, fontSize: '0.78rem', color: 'text.secondary' }}>
        <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
          <Box component="span" sx={{ width: 4, height: 14, borderRadius: 1, bgcolor: 'text.primary' }} />
          <FormattedMessage id="opinion.crowd" />
        </Box>
        {mine !== undefined && (
          <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
            <Box component="span" sx={{ width: 12, height: 12, borderRadius: '50%', bgcolor: 'primary.main' }} />
            <FormattedMessage id="opinion.you" />
          </Box>
        )}
      </Stack>
    </Box>
  )
}
