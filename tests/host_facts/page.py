"""Part 5 of the notes: our elements in the web UIs' pages; prompt boxes, themes, keys."""

from __future__ import annotations

from tests.host_facts import Fact, NotOurs, not_ours, seen_to

_BELOW = "no strip of ours stands among the host's own prompt boxes: it is in the tab"

_ELEMENTS: tuple[Fact, ...] = (
    not_ours("5.0:1", "with which programs this was seen", NotOurs.NOTES, "the README says what was seen"),
    seen_to(
        "5.1:1",
        "elements are left as they are; inner tabs are there from the start, hidden and without a size",
        "tests/browser/test_in_hosts.py::test_two_loras_into_the_hosts_prompt_and_its_own_generate",
        "tests/web/ui/fit-height.test.mjs::while hidden or off the page every measure is 0 and says nothing",
    ),
    seen_to(
        "5.1:2",
        "three pages put an element in once for good",
        "tests/web/core/store.test.mjs::a component put on the page twice listens once, and off the page not at all",
    ),
    seen_to(
        "5.1:3",
        "SDNext's Modern UI takes it out and puts it in elsewhere",
        "tests/browser/test_moved_about.py::test_a_part_that_is_moved_keeps_what_the_user_did_in_it",
        "tests/browser/test_moved_about.py::test_parts_that_were_moved_go_on",
        "tests/web/core/store.test.mjs::a component put on the page twice listens once, and off the page not at all",
        "tests/web/ui/fit-height.test.mjs::a mount that is moved is watched as before, and once it is gone nothing"
        " listens",
    ),
    seen_to(
        "5.1:4",
        "what was typed survives other tabs; what is measured while hidden is 0",
        "tests/browser/test_moved_about.py::test_a_part_that_is_moved_keeps_what_the_user_did_in_it",
        "tests/web/ui/fit-height.test.mjs::while hidden or off the page every measure is 0 and says nothing",
    ),
    seen_to(
        "5.1:5",
        "an element that is given a value by gradio is made anew",
        "tests/test_host_rules.py::test_our_elements_are_nobodys_output",
        "tests/browser/test_moved_about.py::test_a_part_that_is_made_anew_works",
    ),
    seen_to(
        "5.1:6",
        "gradio 3 gives one id to two elements",
        "tests/test_host_rules.py::test_the_html_of_our_elements_has_no_id",
    ),
    not_ours(
        "5.1:7",
        "Modern takes classes and styles from gradio's own elements",
        NotOurs.THE_HOSTS_OWN,
        "ours bring their own, in a shadow",
    ),
)
_ADDRESSES: tuple[Fact, ...] = (
    seen_to(
        "5.2:1",
        "files that are served without a word on keeping them are kept as the browser likes",
        "tests/api/test_page.py::test_files_have_their_type",
        "tests/api/test_page.py::test_a_page_of_another_version_gets_no_file_of_this_one",
    ),
    seen_to(
        "5.2:2",
        "the best base is the script's own address",
        "tests/web/host/loading.test.mjs::the page is found beside the host's files, whatever gradio calls them",
    ),
    seen_to(
        "5.2:3",
        "what gradio and the options say of it is wrong behind a proxy",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
    ),
    seen_to(
        "5.2:4",
        "AUTOMATIC1111 and Forge need a proxy that takes the prefix off",
        "tests/hosts/test_a1111.py::test_routes_need_no_prefix",
        "tests/contract/test_proxies.py::test_a_proxy_that_keeps_the_host",
        "tests/contract/test_proxies.py::test_the_hosts_own_login_behind_a_proxy",
        "tests/web/core/api.test.mjs::the base is found in any place a module is served from",
    ),
    seen_to(
        "5.2:5",
        "SDNext serves its page below a prefix, and ours only where it is registered there too",
        "tests/hosts/test_sdnext.py::test_a_sub_path_is_a_second_place",
        "tests/contract/test_proxies.py::test_sdnexts_own_sub_path",
        "tests/test_extension.py::test_routes_are_under_every_prefix_of_the_host",
    ),
    seen_to(
        "5.2:6",
        "the login is then known to a second app inside the first",
        "tests/hosts/test_gradio_login.py::test_a_page_mounted_later_has_users_of_its_own",
        "tests/contract/test_proxies.py::test_sdnexts_own_sub_path",
    ),
    seen_to(
        "5.2:7",
        "the cookie comes with modules, requests, pictures and WebSockets",
        "tests/contract/test_login.py::test_who_is_logged_in_gets_everything",
    ),
    seen_to(
        "5.2:7",
        "unless it is asked to stay away",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
    ),
    not_ours(
        "5.2:8",
        "nothing of an extension runs on the login's page",
        NotOurs.THE_HOSTS_OWN,
        "the page is loaded again after it",
    ),
    seen_to(
        "5.2:9",
        "a browser tells the origin of changes and of WebSockets, and of the rest from which site it comes",
        "tests/api/test_guard.py::test_every_change_refuses_another_origin",
        "tests/api/test_guard.py::test_our_own_page_may_read_and_change",
        "tests/api/test_events.py::test_another_page_is_not_listened_to",
    ),
    seen_to(
        "5.2:10",
        "a module under a second address is another module",
        "tests/test_host_rules.py::test_elements_are_defined_once_only",
        "tests/browser/test_moved_about.py::test_the_same_module_by_a_second_address_breaks_nothing",
        "tests/api/test_page.py::test_a_page_of_another_version_gets_no_file_of_this_one",
    ),
)
_LIST: tuple[Fact, ...] = (
    seen_to(
        "5.3:1",
        "Lit in one small file: it is served as it lies here, and nothing is built or fetched",
        "tests/web/page.test.mjs::nothing is asked from anywhere but our own server",
    ),
    seen_to(
        "5.3:2",
        "a list in a box of its own that holds only what is in sight",
        "tests/browser/test_large_library.py::test_no_view_is_empty_however_one_scrolls_and_the_page_stays_small",
        "tests/web/catalogue/virtual-window.test.mjs::every position shows what is in sight, and little more",
    ),
    seen_to(
        "5.3:3",
        "what happens in a shadow wakes none of the hosts' watchers",
        "tests/browser/test_moved_about.py::test_scrolling_wakes_no_watcher_of_the_hosts",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
    ),
    seen_to(
        "5.3:4",
        "the page scrolls, in Modern a box in it",
        "tests/web/ui/fit-height.test.mjs::the height is what is left between what stands above and below, in a page"
        " and in a box that scrolls",
    ),
    seen_to(
        "5.3:5",
        "no height of CSS is right: it is measured",
        "tests/test_host_rules.py::test_heights_are_measured",
        "tests/web/ui/fit-height.test.mjs::the height is what is left between what stands above and below, in a page"
        " and in a box that scrolls",
        "tests/web/ui/fit-height.test.mjs::a window of another size is measured anew",
    ),
    seen_to(
        "5.3:6",
        "widths down to 260 pixels, whatever the window's",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
        "tests/browser/test_whole_path.py::test_every_tab_fits_and_complains_of_nothing",
    ),
    seen_to(
        "5.3:7",
        "a dialog lies over the whole window",
        "tests/test_host_rules.py::test_heights_are_measured",
    ),
    seen_to(
        "5.3:8",
        "fields are white on dark unless they are told",
        "tests/web/ui/theme-in-hosts.test.mjs::fields are told whether they are dark: in a host they would be white on"
        " dark",
    ),
)
_BOXES: tuple[Fact, ...] = (
    not_ours("5.4:1", "where beside a prompt box something can stand", NotOurs.UNUSED, _BELOW),
    not_ours("5.4:2", "and where in Modern", NotOurs.UNUSED, _BELOW),
    not_ours("5.4:3", "and when", NotOurs.UNUSED, _BELOW),
    seen_to(
        "5.4:4",
        "a prompt box stays the same element; should it not, it is followed",
        "tests/web/host/prompt-boxes.test.mjs::a box that the host makes anew is followed",
    ),
    seen_to(
        "5.4:5",
        "what is pasted by the host fires no event: assignments are heard, and the box is looked at each second",
        "tests/web/host/watched-box.test.mjs::typing, assignments and silent changes are all heard, each once",
        "tests/web/host/watched-box.test.mjs::the box of the host works as before, also beside another extension that"
        " watches it",
    ),
    seen_to(
        "5.5:1",
        "as if typed: the browser's own undo takes it back",
        "tests/web/host/insert.test.mjs::in a box that is shown the browser types, and the focus goes back to where it"
        " was",
        "tests/browser/test_in_hosts.py::test_at_the_caret_and_back_again",
    ),
    seen_to(
        "5.5:2",
        "written by a script, undo spoils the text: only in boxes that are not shown",
        "tests/web/host/insert.test.mjs::in a hidden box, and where the browser does not type, the host is told in its"
        " own way",
    ),
    seen_to(
        "5.5:3",
        "without an event the server gets the old prompt",
        "tests/web/host/insert.test.mjs::a host without a way of its own hears an input event",
        "tests/browser/test_in_hosts.py::test_what_is_taken_out_is_not_sent",
    ),
    seen_to(
        "5.5:4",
        "in a hidden tab nothing can be typed",
        "tests/web/host/insert.test.mjs::a box that does not take the focus is not typed into: that would go to whoever"
        " has it",
        "tests/web/host/insert.test.mjs::in a hidden box, and where the browser does not type, the host is told in its"
        " own way",
        "tests/browser/test_in_hosts.py::test_two_loras_into_the_hosts_prompt_and_its_own_generate",
    ),
)
_THEME: tuple[Fact, ...] = (
    seen_to(
        "5.6:1",
        "SDNext's class for dark follows the system, not SDNext",
        "tests/web/ui/theme-in-hosts.test.mjs::in a host its text's brightness decides: neither its body's class nor"
        " the system does",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
    ),
    seen_to(
        "5.6:2",
        "colours are right inside gradio's container only, and some are no colours",
        "tests/web/ui/theme-in-hosts.test.mjs::a host that changes its theme is followed, by its own colours or"
        " Modern's, and without any by ours",
        "tests/web/ui/palette.test.mjs::what of a host would not be readable, solid or a colour is left out",
    ),
    seen_to(
        "5.6:3",
        "the page's color-scheme is right in Modern only",
        "tests/web/ui/theme-in-hosts.test.mjs::fields are told whether they are dark: in a host they would be white on"
        " dark",
    ),
    seen_to(
        "5.6:4",
        "the brightness of the text is right everywhere, and is looked at again when classes change",
        "tests/web/ui/theme-in-hosts.test.mjs::in a host its text's brightness decides: neither its body's class nor"
        " the system does",
        "tests/web/ui/theme-in-hosts.test.mjs::a host that changes its theme is followed, by its own colours or"
        " Modern's, and without any by ours",
    ),
)
_KEYS: tuple[Fact, ...] = (
    seen_to(
        "5.7:1",
        "keys pressed in our tab make the hosts stumble",
        "tests/browser/test_in_hosts.py::test_no_key_pressed_in_our_tab_reaches_the_host",
    ),
    seen_to(
        "5.7:2",
        "some of their keys do harm: in SDNext one deletes the picture",
        "tests/browser/test_in_hosts.py::test_no_key_pressed_in_our_tab_reaches_the_host",
    ),
    seen_to(
        "5.7:3",
        "so ours are kept in our elements; what is pressed outside is judged by where it began",
        "tests/browser/test_in_hosts.py::test_our_keys_work_from_the_hosts_own_buttons",
        "tests/web/host/keys.test.mjs::nothing is taken from whoever types, nor while we are not shown or the host"
        " shows its large picture",
    ),
    not_ours(
        "5.7:4",
        "the canvas of img2img takes no letters from whoever types",
        NotOurs.THE_HOSTS_OWN,
        "nor does LoRA Manager",
    ),
    seen_to(
        "5.8:1",
        "pages under one name of a server can talk to each other in the browser, under two they cannot: the server"
        " hands on instead",
        "tests/test_host_rules.py::test_nothing_in_the_page_that_is_wrong_in_one_of_the_hosts",
        "tests/api/test_relay.py::test_the_page_looked_at_last_inserts",
    ),
)
FACTS = (*_ELEMENTS, *_ADDRESSES, *_LIST, *_BOXES, *_THEME, *_KEYS)
