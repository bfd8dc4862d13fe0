// Where a source stands, in words.

import { useTranslation } from "react-i18next";
import { placeOfSource } from "../../state/text";

export function PlaceName({ url }: { url: string }) {
  const { t } = useTranslation();
  return (
    <span dir="auto" title={url}>
      {placeOfSource(url) || t("sources.library")}
    </span>
  );
}
