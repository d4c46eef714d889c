import { FormattedMessage } from 'react-intl'

export function Home() {
  return <FormattedMessage id="nav.home" />
}
