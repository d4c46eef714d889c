import Button from '@mui/material/Button'
import { FormattedMessage, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { State } from '../components/states'
import { useTitle } from '../components/Page'

export function NotFound() {
  const { formatMessage } = useIntl()
  useTitle(formatMessage({ id: 'notFound.title' }))
  return (
    <State
      level="h1"
      title={<FormattedMessage id="notFound.title" />}
      action={
        <Button component={Link} to="/" variant="contained">
          <FormattedMessage id="notFound.home" />
        </Button>
      }
    >
      <FormattedMessage id="notFound.text" />
    </State>
  )
}
