"""URLs: each kind has one shape, and a file below `output/` that serves it."""

import pytest

from briefings import urls
from briefings.urls import Urls, file_for, url_of


@pytest.mark.parametrize(
    ("kind", "id", "url"),
    [
        ("briefing", "rampton-2025", "/briefings/rampton-2025/"),
        ("trust", "rha", "/trusts/rha/"),
        ("requirement", "dormitories", "/requirements/dormitories/"),
        ("regulator", "cqc", "/regulators/cqc/"),
        ("topic", "staffing", "/topics/staffing/"),
        ("page", "about", "/about/"),
        ("media", "wards/plan 1.svg", "/media/wards/plan%201.svg"),
    ],
)
def test_an_address_comes_from_the_id_alone(kind: str, id: str, url: str) -> None:
    assert url_of(kind, id) == url


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("/", "index.html"),
        ("/trusts/rha/", "trusts/rha/index.html"),
        ("/feed.xml", "feed.xml"),
        ("/404.html", "404.html"),
        ("/trusts/page/2/", "trusts/page/2/index.html"),
        ("/media/plan%201.svg", "media/plan 1.svg"),
        ("/caf%C3%A9/", "café/index.html"),
    ],
)
def test_a_server_finds_the_file_of_an_address(url: str, file: str) -> None:
    assert file_for(url) == file


@pytest.mark.parametrize(
    ("number", "url"),
    [
        ("17", "/regulations/cqc/17/"),
        ("20A", "/regulations/cqc/20a/"),
        ("9(3)", "/regulations/cqc/9(3)/"),
        ("Standard 2.1", "/regulations/cqc/standard%202.1/"),
    ],
)
def test_the_page_of_a_regulation_has_its_number_in_small_letters(number: str, url: str) -> None:
    assert urls.regulation_url("cqc", number) == url


def test_the_first_page_of_a_list_is_the_list() -> None:
    assert urls.page_of("/trusts/", 1) == "/trusts/"
    assert urls.page_of("/trusts/", 3) == "/trusts/page/3/"


def test_other_addresses_have_the_shapes_of_the_site_map() -> None:
    assert urls.year_url(2025) == "/briefings/2025/"
    assert urls.feed_of("/trusts/rha/") == "/trusts/rha/feed.xml"
    assert urls.feed_of(urls.HOME) == urls.MAIN_FEED
    assert urls.trust_json("rha") == "/trusts/rha/trust.json"
    assert urls.requirement_json("rooms") == "/requirements/rooms/requirement.json"
    assert urls.table_url("ratings", "csv") == "/data/ratings.csv"


@pytest.mark.parametrize(
    ("base_url", "link", "absolute"),
    [
        ("https://a.example", "/trusts/", "https://a.example/trusts/"),
        ("https://a.example/", "/trusts/", "https://a.example/trusts/"),
        ("https://a.example/sub", "/sub/trusts/", "https://a.example/sub/trusts/"),
        ("https://a.example/sub/x/", "/sub/x/trusts/", "https://a.example/sub/x/trusts/"),
        ("http://a.example:8080/s/", "/s/trusts/", "http://a.example:8080/s/trusts/"),
    ],
)
def test_every_link_honours_the_path_of_the_base_url(
    base_url: str, link: str, absolute: str
) -> None:
    assert Urls(base_url).link("/trusts/") == link
    assert Urls(base_url).absolute("/trusts/") == absolute


@pytest.mark.parametrize(
    ("base_url", "absolute"),
    [
        ("https://übung.example/", "https://xn--bung-zra.example/trusts/"),
        ("https://ÜBUNG.example:8080/x/", "https://xn--bung-zra.example:8080/x/trusts/"),
        ("https://xn--bung-zra.example/", "https://xn--bung-zra.example/trusts/"),
        ("https://Example.ORG/", "https://Example.ORG/trusts/"),
    ],
)
def test_a_host_that_is_not_ascii_is_linked_to_as_dns_has_it(base_url: str, absolute: str) -> None:
    assert Urls(base_url).absolute("/trusts/") == absolute
