"""Whose visits count: names that real programs send."""

from __future__ import annotations

import pytest

from portal.sharing.visitors import asks_not_to_be_told_apart, is_person

CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
)
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
PEOPLE = [
    CHROME,
    f"{_IPHONE} Version/16.0 Mobile/15E148 Safari/604.1",
    f"{_IPHONE} Mobile/15E148 Zalo iOS/502 ZaloTheme/light ZaloLanguage/vn",
    f"{_IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/442.0.0.42.108;FBDV/iPhone12,1;FBMD/iPhone;FBLC/vi_VN]",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19 Build/PPR1.180610.011) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/96.0.4664.45 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/116.0.208 "
    "Chrome/110.0.5481.208 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; vi) Presto/2.12.423 Version/12.16",
    "Mozilla/5.0 (Linux; U; Android 8.1.0; vi-VN; CPH1803) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/57.0.2987.108 UCBrowser/12.9.3.1144 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; SM-A045F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 "
    "Chrome/115.0.0.0 Mobile Safari/537.36",
]
MACHINES = [
    "",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Facebot",
    "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
    "meta-externalfetcher/1.1",
    "Zalo/1.0",
    "ZaloPC-linkpreview",
    "Mozilla/5.0 (compatible; ZaloBot/1.0)",
    "WhatsApp/2.23.20.0 A",
    "Viber/20.9.0.2 CFNetwork/1410.0.3 Darwin/22.6.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Google-Read-Aloud; +https://support.google.com/webmasters/answer/1061943)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "curl/8.5.0", "Wget/1.21.4", "python-requests/2.32.3", "Go-http-client/2.0", "okhttp/4.12.0", "Java/17.0.2",
    "Mozilla/5.0 " + "x" * 2_000,
]  # fmt: skip


def sent(name: str = CHROME, method: str = "GET", **headers: str) -> dict[str, str]:
    return {"REQUEST_METHOD": method, "HTTP_USER_AGENT": name, **headers}


@pytest.mark.parametrize("name", PEOPLE)
def test_people_count_in_the_browsers_of_messengers_too(name: str) -> None:
    assert is_person(sent(name))


@pytest.mark.parametrize("name", MACHINES)
def test_machines_do_not(name: str) -> None:
    assert not is_person(sent(name))


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_PURPOSE": "prefetch"}, {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        {"HTTP_SEC_PURPOSE": "prefetch;anonymous-client-ip"}, {"HTTP_PURPOSE": "prefetch"},
        {"HTTP_X_PURPOSE": "preview"}, {"HTTP_X_MOZ": "prefetch"}, {"HTTP_SEC_FETCH_DEST": "image"},
        {"HTTP_SEC_FETCH_DEST": "iframe"}, {"HTTP_SEC_FETCH_DEST": "empty"},
    ],
)  # fmt: skip
def test_what_is_fetched_ahead_or_inside_of_a_page_does_not(headers: dict[str, str]) -> None:
    assert not is_person(sent(**headers))
    assert is_person(sent(HTTP_SEC_FETCH_DEST="document", HTTP_SEC_PURPOSE=""))


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_opening_counts(method: str) -> None:
    assert not is_person(sent(method=method))


def test_who_asks_not_to_be_told_apart() -> None:
    assert asks_not_to_be_told_apart({"HTTP_SEC_GPC": "1"})
    assert asks_not_to_be_told_apart({"HTTP_DNT": "1"})
    assert not asks_not_to_be_told_apart({"HTTP_DNT": "0", "HTTP_SEC_GPC": "0"})
    assert not asks_not_to_be_told_apart({})
