// Follows a job until it has ended, then draws the page anew, as all of it tells how things stood
// before. The address answers {percent, state, text, download}.

// Not while somebody types: what they wrote would be lost.
const isTyping = () => Boolean(document.activeElement?.matches("input, textarea, select"));

async function follow(box) {
  const bar = box.querySelector("progress");
  const figure = box.querySelector(".progress-q b");
  const text = box.querySelector(".job-text");
  const link = box.querySelector("[data-download]");
  let misses = 0;
  for (;;) {
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const job = await answer.json();
      misses = 0;
      bar.value = job.percent;
      figure.textContent = `${job.percent}%`;
      text.textContent = job.text || "";
      if (job.state === "done" || job.state === "failed") {
        if (!isTyping()) {
          location.reload();
          return;
        }
        if (job.state === "failed") text.textContent = job.text || box.dataset.failed;
        if (job.download) {
          link.href = job.download;
          link.hidden = false;
        }
        return;
      }
    } catch {
      misses += 1;
      if (misses > 10) {
        text.textContent = box.dataset.failed;
        return;
      }
    }
    await new Promise((resume) => setTimeout(resume, 1000 * (1 + misses)));
  }
}

for (const box of document.querySelectorAll("[data-progress]")) follow(box);
