// Plays two tones: one for a lot that can be accepted, one for all others.

let context: AudioContext | undefined;

const BEEP_SECONDS = 0.14;
/** Frequencies in hertz, one after the other. Rising: go on. Low and twice: stop. */
const TONES = { accept: [880, 1320], stop: [220, 220, 220] } as const;

/** Browsers allow sound once somebody has pressed a key on the page: a scan does. */
export function playTone(name: keyof typeof TONES): void {
  context ??= new AudioContext();
  const { currentTime, destination } = context;
  TONES[name].forEach((frequency, i) => {
    const start = currentTime + i * BEEP_SECONDS * 1.2;
    const oscillator = new OscillatorNode(context!, { frequency, type: "triangle" });
    const gain = new GainNode(context!, { gain: 0 });
    // Without a ramp, a tone begins and ends with a click.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.4, start + 0.01);
    gain.gain.linearRampToValueAtTime(0, start + BEEP_SECONDS);
    oscillator.connect(gain).connect(destination);
    oscillator.start(start);
    oscillator.stop(start + BEEP_SECONDS);
  });
}
