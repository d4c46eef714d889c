import type { ReactNode } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
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
    <section aria-label={formatMessage({ id: 'opinion.title' })} className="opinion">
      <div className="opinion-voices">
        <Voice title={<FormattedMessage id="opinion.crowd" />}>
          {film.weighted ? (
            <>
              <Stars value={film.weighted} size="1.7rem" />
              <p className="text small quiet">
                <FormattedMessage id="opinion.votes" values={{ votes: film.vote_count }} />
              </p>
            </>
          ) : (
            <p className="text quiet">
              <FormattedMessage id="opinion.noVotes" />
            </p>
          )}
        </Voice>
        <Voice title={<FormattedMessage id="opinion.you" />}>{account ? <Yours prediction={currentData} busy={isFetching} /> : <GuestHint />}</Voice>
        {about.data?.simulated && (
          <div className="opinion-note">
            <Simulated />
          </div>
        )}
      </div>
      <Scale crowd={film.weighted} prediction={account ? currentData : undefined} />
    </section>
  )
}

function Voice({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="opinion-voice">
      <h2>{title}</h2>
      {children}
    </div>
  )
}

function Yours({ prediction, busy }: { prediction: Prediction | undefined; busy: boolean }) {
  if (!prediction) return busy ? <span className="blank opinion-wait" /> : <FormattedMessage id="opinion.unknown" />
  if (prediction.prediction === undefined) {
    return (
      <p className="text quiet">
        <FormattedMessage id={prediction.based_on === 0 ? 'opinion.rateFirst' : 'opinion.unknown'} />
      </p>
    )
  }
  return (
    <>
      <Stars value={prediction.prediction} size="1.7rem" />
      <p className="text small quiet">
        {prediction.interval ? (
          <FormattedMessage id="opinion.interval" values={{ low: prediction.interval.low, high: prediction.interval.high, part: Math.round(prediction.interval.coverage * 100), ratings: prediction.based_on }} />
        ) : (
          <FormattedMessage id="opinion.basedOn" values={{ ratings: prediction.based_on }} />
        )}
      </p>
    </>
  )
}

function GuestHint() {
  return (
    <p className="text quiet opinion-guest">
      <FormattedMessage
        id="opinion.guest"
        values={{
          link: (text) => (
            <Link to="/for-you" key="link" className="link">
              {text}
            </Link>
          ),
        }}
      />
    </p>
  )
}

const place = (stars: number) => `${((stars - 0.5) / 4.5) * 100}%`

/** Scale draws both opinions on one line from half a star to five; the numbers above say the same in words. */
function Scale({ crowd, prediction }: { crowd: number | undefined; prediction: Prediction | undefined }) {
  const { interval, prediction: mine } = prediction ?? {}
  if (!crowd && mine === undefined) return null
  return (
    <div aria-hidden className="scale">
      <div className="scale-line">
        {interval && <div className="scale-interval" style={{ left: place(interval.low), width: `calc(${place(interval.high)} - ${place(interval.low)})` }} />}
        {mine !== undefined && <div className="scale-mine" style={{ left: place(mine) }} />}
        {crowd ? <div className="scale-crowd" style={{ left: place(crowd) }} /> : null}
      </div>
      <div className="scale-key">
        <span>
          <i className="scale-key-crowd" />
          <FormattedMessage id="opinion.crowd" />
        </span>
        {mine !== undefined && (
          <span>
            <i className="scale-key-mine" />
            <FormattedMessage id="opinion.you" />
          </span>
        )}
      </div>
    </div>
  )
}
