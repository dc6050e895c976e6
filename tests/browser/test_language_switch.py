"""The switch of languages in Chromium."""

from helpers import PATIENCE

SECONDS = 1000 * PATIENCE
TABS = {
    "English": ["Generate", "Draw", "Write", "Translate", "Train", "Learn", "Models"],
    "繁體中文": ["生成", "繪圖", "書寫", "轉換", "訓練", "學習", "模型"],
    "简体中文": ["生成", "绘图", "书写", "转换", "训练", "学习", "模型"],
}


def test_the_switch_changes_the_page_which_stays_so(open_at, app_url):
    page = open_at(app_url, 390, 844, locale="zh-TW")
    page.get_by_role("tab", name="學習", exact=True).wait_for(timeout=SECONDS)  # the browser's
    for language in ("繁體中文", "简体中文", "English"):
        page.get_by_role("button", name=language, exact=True).click()
        first, *_, last = TABS[language]
        page.get_by_role("tab", name=first, exact=True).wait_for(timeout=SECONDS)
        if language == "简体中文":  # neither the browser's nor the page's own
            page.reload()
            page.get_by_role("tab", name=first, exact=True).wait_for(timeout=SECONDS)
        assert page.get_by_role("tab").all_inner_texts()[:7] == TABS[language]
        box = page.get_by_role("tab", name=last, exact=True).bounding_box()
        assert box["x"] + box["width"] <= 390
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="简体中文", exact=True).click()
    page.get_by_role("tab", name="学习", exact=True).click(timeout=SECONDS)
    page.get_by_label("最优的判别器").click()
    page.locator("#animation figcaption").get_by_text("数据与样本在哪里").wait_for(timeout=SECONDS)
    page.get_by_role("tab", name="模型", exact=True).click()
    page.locator("#add").click()
    page.locator(".toast-body").get_by_text("请为模型取名").wait_for(timeout=SECONDS)
