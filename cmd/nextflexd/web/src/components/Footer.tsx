import { FormattedMessage } from 'react-intl'
import { useAboutQuery } from '../api'

export function Footer() {
  const { data } = useAboutQuery()
  return (
    <footer id="data" className="foot">
      <div className="wide">
        <div className="foot-lines">
          <p className="text small quiet">
            {data && <FormattedMessage id="footer.set" values={{ films: data.films, ratings: data.ratings, people: data.users }} />}
            {data?.simulated && (
              <>
                {'. '}
                <FormattedMessage id="simulated.text" />
              </>
            )}
          </p>
          <a href="/api/v1/openapi.json" className="link small">
            <FormattedMessage id="footer.api" />
          </a>
        </div>
      </div>
    </footer>
  )
}
