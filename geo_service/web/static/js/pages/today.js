// The five lines as a message: copied where the browser lets us, else selected to be copied by hand.

import { byTestId, find } from "../base/dom.js";
import { toast } from "../base/toast.js";

const button = byTestId("copy", HTMLButtonElement);
const message = find(".today-message", HTMLTextAreaElement);

button.addEventListener("click", async () => {
  message.focus();
  message.select();
  try {
    await navigator.clipboard.writeText(message.value);
    toast(button.dataset.done ?? "");
  } catch {
    // without https there is no clipboard: what is selected can be copied
  }
});
