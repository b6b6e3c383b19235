// An OpenID Connect provider on a free port of this machine, for tests: `node provider.js REDIRECT_URI`. It prints its
// issuer once it listens. Whoever signs in types who they are, as SUBJECT:ADDRESS, and any password: the same subject may
// come with another address. It vouches for the address, unless the subject begins with "unvouched", and says that a second factor was used where it begins with
// "stepped".

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirect] = process.argv.slice(2);
/** The address of each subject, as it was typed last. */
const addresses = new Map();
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'guildhall', client_secret: 'for tests only', redirect_uris: [redirect] }],
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'] },
    cookies: { keys: ['for tests only'] },
    findAccount: (_, subject) => ({
      accountId: subject,
      claims: () => ({
        sub: subject,
        email: addresses.get(subject),
        email_verified: !subject.startsWith('unvouched'),
      }),
    }),
  });
  const finish = provider.interactionFinished.bind(provider);
  provider.interactionFinished = (request, response, result, options) => {
    if (result.login?.accountId) {
      const [subject, address] = result.login.accountId.split(':');
      addresses.set(subject, address);
      result.login.accountId = subject;
      if (subject.startsWith('stepped')) result.login.amr = ['pwd', 'mfa'];
    }
    return finish(request, response, result, options);
  };
  server.on('request', provider.callback());
  console.log(issuer);
});
