// smtp_judge - npm's smtp-server as the other side of msmtp: STARTTLS and a password first, then
// it answers as the address it is asked to deliver to says.
//
//	node smtp_judge.js FOLDER CERTIFICATE KEY PASSWORD
//
// It listens on localhost, its port in FOLDER/port, what it took in FOLDER/mail, a line each:
// {user, secure, from, to, message}.  451@, 550@ and 552@ are refused, the last when all of the
// message was read; slow@ is answered after three seconds; flaky@ is 451 once, then taken.
const fs = require('fs');
const { SMTPServer } = require(process.env.SMTP_SERVER);

const [folder, certificate, key, password] = process.argv.slice(2);
const words = { 451: '4.7.1 come back later', 550: '5.1.1 nobody here', 552: '5.3.4 too big' };
const seen = new Set();

function refusal(code) {
	return Object.assign(new Error(words[code]), { responseCode: Number(code) });
}

function wish(address) {
	const name = address.address.split('@')[0];

	if (name !== 'flaky' || seen.has(address.address))
		return name;
	seen.add(address.address);
	return '451';
}

const server = new SMTPServer({
	cert: fs.readFileSync(certificate),
	key: fs.readFileSync(key),
	onAuth(auth, session, done) {
		const good = auth.username === 'apikey' && auth.password === password;

		done(good ? null : refusal(535), good ? { user: auth.username } : undefined);
	},
	onRcptTo(address, session, done) {
		const name = wish(address);

		if (name === 'slow')
			setTimeout(done, 3000);
		else
			done(name === '451' || name === '550' ? refusal(name) : null);
	},
	onData(stream, session, done) {
		const chunks = [];

		stream.on('data', (chunk) => chunks.push(chunk));
		stream.on('end', () => {
			const to = session.envelope.rcptTo.map((address) => address.address);

			if (to.some((address) => address.startsWith('552@')))
				return done(refusal(552));
			fs.appendFileSync(folder + '/mail', JSON.stringify({ user: session.user, secure: session.secure,
				from: session.envelope.mailFrom.address, to, message: Buffer.concat(chunks).toString() }) + '\n');
			return done();
		});
	},
});

words[535] = '5.7.8 wrong password';
server.on('error', () => {});
server.listen(0, 'localhost', () => {
	fs.writeFileSync(folder + '/port.new', String(server.server.address().port));
	fs.renameSync(folder + '/port.new', folder + '/port');
});
