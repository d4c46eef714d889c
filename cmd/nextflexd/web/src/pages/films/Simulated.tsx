import InfoIcon from '@mui/icons-material/InfoOutlined'
import Chip from '@mui/material/Chip'
import Tooltip from '@mui/material/Tooltip'
import { FormattedMessage, useIntl } from 'react-intl'

/** Simulated marks what rests on the ratings of the demo set, which nobody gave. */
export function Simulated() {
  const { formatMessage } = useIntl()
  const text = formatMessage({ id: 'simulated.text' })
  return (
    <Tooltip title={text} enterTouchDelay={0} describeChild>
      <Chip icon={<InfoIcon />} size="small" variant="outlined" tabIndex={0} label={<FormattedMessage id="simulated.label" />} />
    </Tooltip>
  )
}
