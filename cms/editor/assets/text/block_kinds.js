// The kinds of blocks a clinician uses: their fields, and how a card sums one up.
import { make } from "../make.js";
import { _ } from "../words.js";

const join = (...parts) => parts.filter(Boolean).join(" · ") || _("Nothing filled in yet");

/** A video's address as people copy it -> {provider, video_id}; {} if it is none we know. */
export function readVideo(written) {
  const youtube = /(?:youtube\.com\/(?:watch\?(?:.*&)?v=|embed\/|shorts\/|live\/)|youtu\.be\/)([\w-]{11})/.exec(written);
  if (youtube) return { provider: "youtube", video_id: youtube[1] };
  const vimeo = /vimeo\.com\/(?:video\/)?(\d{5,12})/.exec(written);
  return vimeo ? { provider: "vimeo", video_id: vimeo[1] } : {};
}

export const KINDS = {
  exercise: { // its form is in page/exercise.js
    name: _("Exercise"),
    summary: ({ draft, exercise }) => (draft ? _("“{name}” is not in your library yet: press Edit, then Save exercise.", { name: draft.name || _("A new exercise") }) : exercise || _("No exercise chosen yet")),
  },
  booking: {
    name: _("Call to book"),
    summary: (data) => join(data.label || _("The site's own booking link"), data.text),
    fields: [
      { name: "text", label: _("Invitation"), placeholder: _("Heel pain that will not go? Let us look at it together.") },
      { name: "label", label: _("Words on the button") },
      { name: "url", label: _("Booking page"), hint: _("Left empty, the booking page in Settings is used."), inputmode: "url" },
    ],
  },
  video: {
    name: _("Video"),
    summary: (data) => join(data.title, data.provider && `${data.provider} ${data.video_id}`),
    fields: [
      { name: "address", label: _("Address of the video"), hint: _("From YouTube or Vimeo. Nothing is loaded from there before a reader presses play."), inputmode: "url", read: (value) => ({ address: value, ...readVideo(value) }) },
      { name: "title", label: _("What the video shows") },
    ],
  },
  question: {
    name: _("Question and answer"),
    summary: (data) => [make("p", { dir: "auto" }, make("b", {}, data.question || _("No question yet"))), make("p", { dir: "auto" }, data.answer ?? "")],
    fields: [
      { name: "question", label: _("Question") },
      { name: "answer", label: _("Answer"), tag: "textarea", rows: "3" },
    ],
  },
  reference: {
    name: _("Research reference"),
    summary: (data) => join(data.text, data.journal, data.year, data.shows),
    fields: [
      { name: "text", label: _("Authors and name of the study"), tag: "textarea", rows: "2" },
      { name: "doi", label: _("DOI"), placeholder: "10.1136/…" },
      { name: "url", label: _("Link"), inputmode: "url" },
      { name: "journal", label: _("Journal") },
      { name: "year", label: _("Year"), inputmode: "numeric" },
      { name: "shows", label: _("What it shows") },
    ],
  },
};
