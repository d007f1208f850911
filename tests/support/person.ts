import { generateSync } from 'otplib';
import type { Body, Product, Reply } from './product.ts';

/** What a person holds after enrolling: a password and an authenticator. */
export type Person = { readonly login: string; readonly password: string; readonly secret: string };

/** The token in the fragment of the address that a password QR code carries. */
export const tokenOf = (enrolment: Body): string => new URL(enrolment.passwordQr.url).hash.slice(1);

/** The six digits an authenticator shows at the database's time, some 30-second steps away. */
export async function codeOf(product: Product, person: Pick<Person, 'secret'>, steps = 0): Promise<string> {
  return generateSync({ secret: person.secret, epoch: (await product.db.now()) + steps * 30 });
}

/** Enrols up to the second factor; the account is not active yet. */
export async function enrol(product: Product, login: string): Promise<Person & { readonly enrolment: Body }> {
  const started = await product.call('generate-password', { login });
  if (started.status !== 201) throw new Error(`enrolment of ${login} answered ${started.status}`);
  return { ...(await finishEnrolment(product, started.body)), enrolment: started.body };
}

/** Reveals the password and fetches the second factor of an enrolment or renewal. */
export async function finishEnrolment(product: Product, enrolment: Body): Promise<Person> {
  const revealed = await product.call('reveal-password', { token: tokenOf(enrolment) });
  const factor = await product.call('generate-2fa', { ticket: enrolment.enrolmentTicket });
  return { login: enrolment.login, password: revealed.body.password, secret: factor.body.secret };
}

/** Logs in with the current code, or with `code`. */
export async function logIn(
  product: Product,
  person: Person,
  options: { code?: string; client?: string } = {},
): Promise<Reply> {
  const { login, password } = person;
  const code = options.code ?? (await codeOf(product, person));
  return product.call('authenticate', { login, password, code }, options.client ? { client: options.client } : {});
}

/** Enrols and activates, then moves one step on so that the next code is fresh. */
export async function activate(product: Product, login: string): Promise<Person> {
  const { enrolment: _, ...person } = await enrol(product, login);
  const reply = await logIn(product, person);
  if (reply.status !== 200) throw new Error(`activation of ${login} answered ${reply.status}`);
  await product.db.advance('30 seconds');
  return person;
}
