"""Words of asking, which are not looked for, and small words, which count little."""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.text import fold
from portal.search.folding import marked_words

# They are left out where other words remain. Whoever types no marks at all means these as well ("o dau"), so they must
# not be the bare form of anything that a procedure is called.
_STOP_PHRASES = """
    cần giấy tờ gì | cần những giấy tờ gì | cần gì | cần những gì | cần chuẩn bị gì | cần chuẩn bị những gì
    giấy tờ gì | những giấy tờ gì | giấy gì | gồm gì | gồm những gì | hồ sơ gồm những gì | hồ sơ gồm gì | gì | cái gì
    cần giấy gì | cần hồ sơ gì | hồ sơ gì | nộp hồ sơ gì | phải nộp gì | mang theo gì | đem theo gì | là gì
    ở đâu | tại đâu | chỗ nào | nơi nào | nộp ở đâu | làm ở đâu | đăng ký ở đâu | ở chỗ nào | đến đâu | đi đâu
    nộp hồ sơ ở đâu | hồ sơ nộp ở đâu | nộp đơn ở đâu | cơ quan nào | ai cấp | ai làm
    bao nhiêu tiền | bao nhiêu | hết bao nhiêu | hết bao nhiêu tiền | mất bao nhiêu tiền | phí bao nhiêu | giá bao nhiêu
    lệ phí bao nhiêu | tốn bao nhiêu | tốn tiền không | có mất tiền không | có tốn tiền không | có mất phí không
    bao lâu | mất bao lâu | trong bao lâu | bao giờ | khi nào | lúc nào | mấy ngày | bao nhiêu ngày | từ lúc nào
    mất mấy ngày | mất bao nhiêu ngày | bao lâu thì xong | bao lâu có
    như thế nào | thế nào | ra sao | làm sao | làm thế nào | làm như thế nào | làm gì | phải làm gì | phải làm sao
    làm ra sao | thì sao | sao | vì sao | tại sao
    được không | có được không | phải không | không ạ | hay không | có phải | có cần | có được | có bị | được ko
    cho hỏi | xin hỏi | cho em hỏi | cho tôi hỏi | cho mình hỏi | cho con hỏi | hỏi về | chúng tôi | tôi muốn | em muốn
    tôi cần | em cần | mình muốn | mình cần | con muốn | muốn hỏi | tìm hiểu
    làm thủ tục | thủ tục | hướng dẫn | làm giấy tờ | làm giấy | làm | muốn | phải | xin | tôi | em | tui
    hôm qua | hôm nay | bữa nay | năm nay | năm ngoái | tháng trước | luôn | giúp | giùm | dùm
    mần răng | mần sao | làm răng | răng chừ | ra răng | ở mô | đi mô | chỗ mô | giấy tờ chi | cần chi | giấy chi
    làm chi | cần giấy tờ chi | hết mấy tiền | chừ mần răng
    how to | how do i | how can i | where | what | what is | i want to | i need to | how much | how long | can i
"""
# These are, so they count only where marks were typed: "đang" is a stop word, and "dang" may be "đăng".
_STOP_PARTICLES = """
    cần | mình | là | thì | đi | ạ | à | nhỉ | nhé | ơi | vậy | đâu | có | được | của | và | các | những | ở | tại | để
    đã | đang | sẽ | rồi | này | đó | vẫn | cũng | thêm | hay | hoặc | với | không | bị | về | cho | theo | trong | khi
    nào | mà | nếu | vì | do | từ | đến | nữa | sắp | vừa | lại nữa | ra | hơn | chưa | tui | mấy | ai | thay | sau
    mần | chừ | rứa | hỉ
"""
# Who asks, for whom, on what paper, by which way: part of many questions, and the topic of few.
_SMALL = """
    con | cháu | bé | em bé | ba | bố | cha | má | mẹ | ông | bà | vợ | chồng | anh | chị | chú | bác | cụ | dì | cậu
    nhà | nhà tôi | gia đình | người | một | đứa | cái | chiếc | việc | mới | giấy | giấy tờ | hồ sơ | đơn | đăng ký
    xã | phường | thôn | huyện | quận | tỉnh | thành phố | ủy ban | ubnd | ở xã | ở phường | địa phương
    online | trực tuyến | trực tiếp | qua mạng | trên mạng | dịch vụ công | nhận | hưởng | lấy | tiền
    tuổi | năm | nộp | chuẩn bị | đứa trẻ | cháu nhỏ | nhỏ
"""
# English has no marks, and with marks around them some of these are Vietnamese words: an toàn, in ấn.
_ENGLISH_SMALL = """
    the | of | my | for | to | in | on | do | get | an
"""
# Who asks how two things differ asks for both: "tạm trú khác gì thường trú", "tạm trú và thường trú khác nhau thế nào".
_DIFFERING = """
    khác gì | khác gì với | khác gì so với | khác chi | khác chi với | khác nhau | khác nhau gì | khác nhau thế nào
    khác nhau như thế nào | khác nhau ra sao | khác nhau chỗ nào | khác nhau ở chỗ nào | khác nhau ở điểm nào
    khác thế nào với | khác như thế nào với | khác như thế nào so với | có khác gì | có gì khác | có gì khác với
    có gì khác nhau | có khác nhau không
"""
_BETWEEN = """
    và | với | hay
"""
# The bare form is the form of something else: nội quy, nước ngoài, đơn vị.
_NEVER_BARE = frozenset({"don", "ma", "bac", "di", "lan", "nam", "cu", "huyen", "anh"})
_LONGEST = 6

Phrases = frozenset[tuple[str, ...]]


def _phrases(text: str) -> Phrases:
    return frozenset(tuple(marked_words(phrase)) for line in text.strip().splitlines() for phrase in line.split("|"))


_STOPS = _phrases(_STOP_PHRASES) | _phrases(_STOP_PARTICLES)
_BARE_STOPS = _phrases(fold(_STOP_PHRASES))
_SMALLS = _phrases(_SMALL)
_BARE_SMALLS = frozenset(
    phrase for phrase in _phrases(fold(_SMALL + _STOP_PARTICLES) + _ENGLISH_SMALL) if not _NEVER_BARE.issuperset(phrase)
)
_DIFFERINGS, _BETWEENS = _phrases(_DIFFERING), _phrases(_BETWEEN)
_BARE_DIFFERINGS, _BARE_BETWEENS = _phrases(fold(_DIFFERING)), _phrases(fold(_BETWEEN))
# What may stand between the words of a synonym: "mẹ em vừa mất".
_FILLERS = frozenset(word for phrase in _phrases(_STOP_PARTICLES) for word in phrase) | {
    "tôi", "em", "tui", "mới", "một", "đứa", "cái", "chiếc", "cháu", "bé", "cả", "hai", "tờ", "lỡ", "muốn", "xin",
}  # fmt: skip
_BARE_FILLERS = frozenset(fold(word) for word in _FILLERS)


def stopped(words: Sequence[str], *, bare: bool) -> list[bool]:
    """For every word, as it was typed, whether it belongs to a phrase of asking; longer phrases go first."""
    return _covered(words, _BARE_STOPS if bare else _STOPS)


def small(words: Sequence[str], *, bare: bool) -> list[bool]:
    """For every word, as it was typed, whether it tells little about what is asked for."""
    return _covered(words, _BARE_SMALLS if bare else _SMALLS)


def compared(words: Sequence[str], *, bare: bool) -> tuple[slice, slice] | None:
    """Where the two things stand that are asked to be told apart; None where a question is none of that kind."""
    asked = _covered(words, _BARE_DIFFERINGS if bare else _DIFFERINGS)
    if True not in asked:
        return None
    begin = asked.index(True)
    end = asked.index(False, begin) if False in asked[begin:] else len(words)
    left, right = slice(0, begin), slice(end, len(words))
    if all(stopped(words[right], bare=bare)):
        between = _covered(words[left], _BARE_BETWEENS if bare else _BETWEENS)
        if between.count(True) != 1:
            return None
        place = between.index(True)
        left, right = slice(0, place), slice(place + 1, begin)
    return (left, right) if words[left] and words[right] else None


def is_filler(word: str, *, bare: bool) -> bool:
    """Whether a word may stand unheeded between the words of a phrase."""
    return word in (_BARE_FILLERS if bare else _FILLERS)


def _covered(words: Sequence[str], phrases: Phrases) -> list[bool]:
    found = [False] * len(words)
    place = 0
    while place < len(words):
        lengths = range(min(_LONGEST, len(words) - place), 0, -1)
        length = next((length for length in lengths if tuple(words[place : place + length]) in phrases), 0)
        found[place : place + length] = [True] * length
        place += max(length, 1)
    return found
