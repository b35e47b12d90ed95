process.stdout.write(`worker ${process.pid}\n`);
setInterval(() => {}, 1_000);
process.on('SIGTERM', () => process.exit(0));
