/** `npm run fleet:poison [-- seeds]` */
import { table } from './poison'

void table(Number(process.argv[2] ?? 4), (line) => console.log(line))
