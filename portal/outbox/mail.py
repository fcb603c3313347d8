"""stub"""


def send_later(*args: object, **kwargs: object) -> None:
    """stub"""
