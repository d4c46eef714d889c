import type en from '../en/admin'

const texts: Record<keyof typeof en, string> = {
}
export default texts
