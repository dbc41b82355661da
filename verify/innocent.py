"""Innocent explanations that a check looks for before it asks anybody; what each is called.

A finding names those that were tried and did not hold. Where one holds, there is a note in the
finding's place (or D09, which speaks of a setting).
"""

from collections.abc import Mapping

CLOCK = "clock"
DATUM = "datum"
MEETING = "meeting"
ACCURACY = "accuracy"
RECEPTION = "reception"
SAME_HOUSEHOLD = "same_household"

WORDS: Mapping[str, tuple[str, str]] = {
    CLOCK: ("手机时钟不准", "the phone's clock was off"),
    DATUM: ("坐标系不同（GCJ-02、BD-09）", "another map datum (GCJ-02, BD-09)"),
    MEETING: ("在村委会等大家碰面的地方走访", "a place where many meet, such as the village hall"),
    ACCURACY: ("定位误差", "the accuracy of both fixes"),
    RECEPTION: ("山谷里没有卫星信号", "a valley without satellite reception"),
    SAME_HOUSEHOLD: ("同一户再次使用", "used again at the same household"),
}
"""{code: (Chinese, English)}"""
