import InfoIcon from '@mui/icons-material/InfoOutlined'
import Chip from '@mui/material/Chip'
import { FormattedMessage } from 'react-intl'

/** Simulated marks what rests on the ratings of the demo set, which nobody gave. The foot of the page says more. */
export function Simulated() {
  return <Chip component="a" href="#data" clickable icon={<InfoIcon />} size="small" variant="outlined" label={<FormattedMessage id="simulated.label" />} />
}
