"use strict";
(function () {
  var page = document.documentElement, data = page.dataset;
  var show = function (id, text) { document.getElementById(id).textContent = text; };
  var day = function (iso) {
    return new Intl.DateTimeFormat(page.lang, { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" }).format(new Date(iso));
  };
  var say = function (template, iso) { return template.replace("{0}", iso ? day(iso) : "–"); };
  var look = function () {
    var now = Date.now(), at = Date.parse(data.at), until = Date.parse(data.until);
    // Not a number where there are no data: every comparison is then false, and nothing is shown.
    if (now >= at - 600000 && now <= until) {
      page.className = "fresh";
      show("when", say(data.sayData, data.at));
      return;
    }
    page.className = "old";
    show("verdict", isNaN(at) ? data.sayNone : now < at ? say(data.sayAhead, data.at) : say(data.sayOld, data.at));
    show("more", now > until ? data.sayMore : "");
  };
  var parts = document.querySelectorAll("[data-moment]");
  for (var i = 0; i < parts.length; i++) { parts[i].textContent = say(parts[i].dataset.say, parts[i].dataset.moment); }
  look();
  setInterval(look, 15000);
})();
