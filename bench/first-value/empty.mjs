// A process that does nothing: what all others begin with.
console.log(performance.now());
