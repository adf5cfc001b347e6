import type { INestApplicationContext } from '@nestjs/common';
import { formerEmail } from '../../modules/user/email.js';
import { EmailKeys } from '../../modules/user/email-keys.js';

/**
 * `npm run admin -- twins`: shop accounts of one e-mail address, made before two spellings were one account. The older one is
 * found by every spelling, each of the others only by the one it was made with. Missing keys are filled in first.
 */
export async function twins(app: INestApplicationContext): Promise<object> {
  const found = await app.get(EmailKeys, { strict: false }).twins();
  return {
    twins: found.flatMap(({ key, holder, others }) =>
      others.map(({ id, email, createdAt }) => ({
        user_id: id,
        email,
        log_in_as: logInAs(email),
        created_at: createdAt.toISOString(),
        address: key,
        older_user_id: holder.id,
        older_email: holder.email,
      })),
    ),
  };
}

/** A spelling that leads to what is stored: of some letters only the upper-case one does. Null where none is known. */
function logInAs(stored: string): string | null {
  return [stored, stored.toUpperCase()].find((one) => formerEmail(one) === stored) ?? null;
}
