// Lets somebody choose how to inspect on this device: sound, letter keys, when decisions are signed.
import { useSettings } from "../data/settings.ts";
import { playTone } from "./tones.ts";

export function Options() {
  const [settings, change] = useSettings();
  const option = (name: keyof typeof settings, label: string, about: string) => (
    <label>
      <input
        type="checkbox"
        checked={settings[name]}
        onChange={(event) => {
          const isOn = event.currentTarget.checked;
          change({ [name]: isOn });
          if (name === "sound" && isOn) playTone("accept");
        }}
      />
      <span>
        {label}
        <span className="soft small block">{about}</span>
      </span>
    </label>
  );
  return (
    <details className="more options">
      <summary>How you inspect</summary>
      {option("sound", "Sound", "A rising tone for PASS, a low one for everything else.")}
      {option(
        "letters",
        "Letter keys",
        "A accepts, H holds, R refuses, L releases. Off: only with Alt.",
      )}
      {option(
        "atOnce",
        "Sign at once",
        "Each decision is signed when you make it. Off: a delivery's decisions are signed when you close it.",
      )}
    </details>
  );
}
