// Runs each call that stands in argv[3] (JSON: [resource, verb, ...arguments]) with Ghost's own client.
const GhostContentAPI = require('@tryghost/content-api');
const api = new GhostContentAPI({ url: process.argv[2], key: '22444f78447824223cefc48062', version: 'v6.0' });
(async () => {
  const answers = [];
  for (const [resource, verb, ...rest] of JSON.parse(process.argv[3])) {
    try {
      const data = await api[resource][verb](...rest);
      answers.push({ data, meta: data.meta });
    } catch (error) {
      answers.push({ error: error.name, message: error.message });
    }
  }
  process.stdout.write(JSON.stringify(answers));
})();
