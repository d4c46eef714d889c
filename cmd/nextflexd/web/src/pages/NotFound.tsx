import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { State } from '../components/states'
import { useTitle } from '../components/useTitle'

export function NotFound() {
  const { formatMessage } = useIntl()
  useTitle(formatMessage({ id: 'notFound.title' }))
  return (
    <State
      level="h1"
      title={<FormattedMessage id="notFound.title" />}
      action={
        <Link to="/" className="button button-contained">
          <FormattedMessage id="notFound.home" />
        </Link>
      }
    >
      <FormattedMessage id="notFound.text" />
    </State>
  )
}
