import type en from '../en/account'

const texts: Record<keyof typeof en, string> = {
}
export default texts
